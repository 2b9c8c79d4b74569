#pragma once

#include <array>
#include <boost/json/value.hpp>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace billing::app::demo {

/// Chances from one seed: the same company every time, on every machine.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}

  /// 0 to `count` - 1.
  std::int64_t below(std::int64_t count) { return static_cast<std::int64_t>(engine_() % static_cast<std::uint64_t>(count)); }
  /// True `per_mille` times in 1,000.
  bool chance(std::int64_t per_mille) { return below(1000) < per_mille; }

 private:
  std::mt19937_64 engine_;  // its numbers are fixed by the standard; the library's distributions are not
};

/// A metric of a plan and what a customer of usual size uses of it in a day.
struct Appetite {
  std::string_view metric;
  std::int64_t daily;
};

/// A plan as the demo's company sells it.
struct Offer {
  std::string_view code;
  std::int64_t share;  // of all new customers, in per mille
  std::string_view upgrade;  // where who outgrows it goes; empty: nowhere
  std::vector<Appetite> appetites;
  std::string_view downgrade = {};  // where who wants less goes; empty: nowhere
  bool by_seat = false;
};
const std::vector<Offer>& offers();
const Offer& offer_of(std::string_view code);
/// What a plan is sold in.
std::string_view currency_of(std::string_view plan);

/// Bodies for POST /plans: what is sold beside the seed plans.
std::vector<boost::json::value> plans();

/// In the course of the year pro becomes dearer: the body of its next version.
boost::json::value next_version_of_pro();

/// A customer as it signs up.
struct Customer {
  std::string email;
  boost::json::object details;  // for POST /users: name, address, and how it is taxed
  std::string plan;
  std::string payment_method;  // empty: none
  std::int64_t size;           // in per cent of the usual appetite
  std::int64_t growth;         // per mille of its size and week
};
/// The `number`-th customer; each number has an address of its own.
Customer invent(Dice& dice, std::size_t number);

/// What a customer uses on a day: its size, grown for so many days, fewer at weekends, and some noise.
std::int64_t quantity_on(Dice& dice, const Customer& customer, const Appetite& appetite, std::int64_t days_since_signup, bool weekend);

}  // namespace billing::app::demo

#include "rooms/paper/paginate.hpp"

namespace billing::paper {
namespace {

class Pages {
 public:
  Pages(std::span<const Piece> pieces, double first, double others) : pieces_(pieces), left_(first), others_(others) {}

  /// Pieces [from, to), whose holds of `hold` and stronger are to be respected.
  void place(std::size_t from, std::size_t to, Hold hold) {
    if (needed(from, to, empty_) <= left_) {
      take(from, to);
    } else if (from > 0 && needed(from, to, true) <= others_) {  // never a first page with its head alone
      turn(from);
      take(from, to);
    } else if (to - from == 1) {
      if (!empty_) turn(from);
      take(from, to);
    } else {
      const auto next = hold == Hold::weak ? Hold::strong : Hold::none;
      each_group(from, to, next, [this, next](std::size_t a, std::size_t b) { place(a, b, next); });
    }
  }

  /// Runs of pieces that hold on to each other by `hold` or more; `none`: single ones.
  template <class Do>
  void each_group(std::size_t from, std::size_t to, Hold hold, const Do& act) {
    for (auto begin = from; begin < to;) {
      auto end = begin + 1;
      while (hold != Hold::none && end < to && pieces_[end - 1].hold >= hold) ++end;
      act(begin, end);
      begin = end;
    }
  }

  std::vector<std::size_t> starts{0};

 private:
  double needed(std::size_t from, std::size_t to, bool at_the_top) const {
    double sum = 0;
    for (auto i = from; i < to; ++i) sum += pieces_[i].height + (at_the_top && i == from ? 0 : pieces_[i].before);
    return sum;
  }
  void take(std::size_t from, std::size_t to) {
    left_ -= needed(from, to, empty_);
    empty_ = false;
  }
  void turn(std::size_t first) {
    starts.push_back(first);
    left_ = others_;
    empty_ = true;
  }

  std::span<const Piece> pieces_;
  double left_;
  double others_;
  bool empty_ = true;
};

}  // namespace

std::vector<std::size_t> paginate(std::span<const Piece> pieces, double first, double others) {
  Pages pages{pieces, first, others};
  pages.each_group(0, pieces.size(), Hold::weak, [&pages](std::size_t a, std::size_t b) { pages.place(a, b, Hold::weak); });
  return std::move(pages.starts);
}

}  // namespace billing::paper

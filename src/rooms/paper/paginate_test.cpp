#include "rooms/paper/paginate.hpp"

#include <gtest/gtest.h>

namespace billing::paper {
namespace {

using Starts = std::vector<std::size_t>;
constexpr auto weak = Hold::weak;
constexpr auto strong = Hold::strong;

TEST(Paginate, a_page_is_filled_before_the_next_one_begins) {
  const std::vector<Piece> pieces(7, Piece{10});
  EXPECT_EQ(paginate(pieces, 20, 30), (Starts{0, 2, 5}));
  EXPECT_EQ(paginate({}, 20, 30), Starts{0});
}

TEST(Paginate, space_above_a_piece_is_left_out_where_it_begins_a_page) {
  const std::vector<Piece> pieces{{10}, {10, 5}, {10, 5}};
  EXPECT_EQ(paginate(pieces, 25, 25), (Starts{0, 2}));
  EXPECT_EQ(paginate(pieces, 24, 25), (Starts{0, 1}));
}

TEST(Paginate, what_holds_together_goes_to_the_next_page_together) {
  const std::vector<Piece> pieces{{10}, {10}, {10, 0, weak}, {10, 0, weak}, {10}, {10}};
  EXPECT_EQ(paginate(pieces, 40, 40), (Starts{0, 2}));
}

TEST(Paginate, what_is_longer_than_a_page_is_parted) {
  const std::vector<Piece> pieces{{10, 0, weak}, {10, 0, weak}, {10, 0, weak}, {10, 0, weak}, {10}};
  EXPECT_EQ(paginate(pieces, 20, 20), (Starts{0, 2, 4}));
}

TEST(Paginate, a_long_line_is_parted_and_its_end_stays_with_the_sums) {
  std::vector<Piece> pieces(6, Piece{10, 0, weak});
  pieces.back().hold = strong;
  pieces.push_back({10, 0, strong});
  pieces.push_back({10});
  EXPECT_EQ(paginate(pieces, 60, 60), (Starts{0, 5}));
}

TEST(Paginate, the_first_page_is_never_left_with_its_head_alone) {
  const std::vector<Piece> pieces{{10, 0, weak}, {10, 0, weak}, {10}};
  EXPECT_EQ(paginate(pieces, 20, 40), (Starts{0, 2}));
}

TEST(Paginate, a_piece_higher_than_a_page_has_one_of_its_own) {
  EXPECT_EQ(paginate(std::vector<Piece>{{10}, {99}, {10}}, 20, 20), (Starts{0, 1, 2}));
}

}  // namespace
}  // namespace billing::paper

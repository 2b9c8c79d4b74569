// Beast's compiled part, once: every other unit sees declarations only (BOOST_BEAST_SEPARATE_COMPILATION).
#include <boost/beast/src.hpp>

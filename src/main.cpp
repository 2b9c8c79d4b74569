#include <malloc.h>

#include "app/cli/commands.hpp"

int main(int argc, char** argv) {
  // What is large is given back as soon as it is freed. Left alone, glibc keeps what is as large as the largest that ever was: 8 MiB bodies.
  mallopt(M_MMAP_THRESHOLD, 1024 * 1024);
  return billing::app::run_command(argc, argv);
}

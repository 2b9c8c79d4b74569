#include "app/cli/commands.hpp"

int main(int argc, char** argv) { return billing::app::run_command(argc, argv); }

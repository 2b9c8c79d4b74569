#pragma once

namespace billing::app {

/// The command line: parses it, runs the subcommand, returns the exit status. Errors are printed for a person.
int run_command(int argc, char** argv);

}  // namespace billing::app

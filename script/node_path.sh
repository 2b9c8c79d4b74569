# shellcheck shell=bash
# Sourced, from the repository's top: the Node.js that script/setup got from npm, where the machine's own is too old.
if [ -x build/node/node_modules/node/bin/node ]; then PATH=$PWD/build/node/node_modules/node/bin:$PATH; fi

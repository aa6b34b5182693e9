#!/usr/bin/env bash
# Rebuilds promql.wasm and the digest of the sources that it was built from. Needs Rust with the
# target wasm32-unknown-unknown; users and the action never run this.
set -euo pipefail
cd "$(dirname "$0")"

export RUSTFLAGS="--remap-path-prefix=$HOME=. --remap-path-prefix=$PWD=."
cargo build --release --locked --target wasm32-unknown-unknown
cp target/wasm32-unknown-unknown/release/monitoring_check_promql.wasm promql.wasm
./licenses.sh >THIRD-PARTY-LICENSES.txt
./digest.sh >promql.wasm.digest

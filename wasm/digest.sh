#!/usr/bin/env bash
# Prints a digest of everything that promql.wasm is built from, and of promql.wasm itself.
set -euo pipefail
cd "$(dirname "$0")"
sha256sum Cargo.toml Cargo.lock src/lib.rs tables/Cargo.toml tables/src/lib.rs build.sh promql.wasm

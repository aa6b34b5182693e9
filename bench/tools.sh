#!/usr/bin/env bash
# Builds the peers that the benchmarks compare with, where Go is there: pint, and Prometheus's own
# parser. They come to lie beside the tools of .ci/setup; nothing of them is in this repository.
set -euo pipefail

tools=${MONITORING_CHECK_TOOLS:-/opt/monitoring-check-tools}
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$tools"

if ! [ -x "$tools/go-parser" ]; then
	(cd "$here/go-parser" && go build -o "$tools/go-parser" .)
fi
if ! [ -x "$tools/pint" ]; then
	work=$(mktemp -d)
	(cd "$work" && go mod init bench && go mod edit -require=github.com/cloudflare/pint@v0.80.0 &&
		go build -mod=mod -o "$tools/pint" github.com/cloudflare/pint/cmd/pint)
	rm -rf "$work"
fi

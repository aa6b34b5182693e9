#!/usr/bin/env bash
# Builds the peers that the benchmarks compare with, where Go is there: pint, and Prometheus's own
# parser; and promtool of the newest Prometheus, which the tests try as well. They come to lie beside the tools of .ci/setup; nothing of them is in this repository.
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
if ! [ -x "$tools/promtools/promtool-newest" ]; then
	work=$(mktemp -d)
	mkdir -p "$tools/promtools"
	(cd "$work" && go mod init bench && go get github.com/prometheus/prometheus@v0.315.0 &&
		go build -mod=mod -o "$tools/promtools/promtool-newest" github.com/prometheus/prometheus/cmd/promtool)
	rm -rf "$work"
fi

#!/usr/bin/env bash
# Writes the licences of the crates that are compiled into promql.wasm, to standard output.
set -euo pipefail
cd "$(dirname "$0")"

# Of a crate under several licences one is enough; the MIT text bears the authors' names.
license_of() {
	local folder=$1 file
	for file in LICENSE-MIT LICENSE-MIT.md LICENSE.md LICENSE LICENSE.txt license-mit LICENSE-APACHE COPYING; do
		if [ -f "$folder/$file" ]; then
			cat "$folder/$file"
			return
		fi
	done
	echo "(its package holds no text of its licence)"
}

cargo metadata --format-version 1 --locked --filter-platform wasm32-unknown-unknown >target/metadata.json
cargo tree --locked --target wasm32-unknown-unknown --edges normal,no-proc-macro --prefix none --format '{p}|{l}' |
	sed 's/ (\*)//; s/ (\/[^)]*)//' | sort -u | while IFS='|' read -r crate license; do
	name=${crate%% v*}
	version=${crate##* v}
	case $name in monitoring-check-promql | bincode) continue ;; esac
	folder=$(dirname "$(NAME=$name VERSION=$version node -p '
		const { packages } = JSON.parse(require("fs").readFileSync("target/metadata.json"));
		const { NAME, VERSION } = process.env;
		packages.find(({ name, version }) => name === NAME && version === VERSION).manifest_path')")
	printf '%s %s (%s), in promql.wasm\n\n' "$name" "$version" "$license"
	license_of "$folder"
	printf '\n%s\n\n' "$(printf '=%.0s' {1..80})"
done

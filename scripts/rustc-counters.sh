#!/bin/sh
# The compiler with the counters that libFuzzer reads: scripts/fuzz.sh has cargo call it for the crates
# of the workspace, and names the library of libFuzzer. Build scripts and macros get neither.
case " $* " in
*" --crate-name guided "*) set -- "$@" -Clink-arg="$LIBFUZZER" -Clink-arg=-lstdc++ ;;
*" build_script_"* | *" proc-macro "*) exec "$@" ;;
esac
exec "$@" -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
  -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
  -Cllvm-args=-sanitizer-coverage-trace-compares

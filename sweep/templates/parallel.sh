#!/usr/bin/env bash
# Trains the trials of a file, one a line, with GNU parallel on this machine.
#
#   JOBS=2 bash parallel.sh TRIALS KEPT
#
# TRIALS is a file as `gradweave trial --complete` prints it, KEPT a folder for checkpoints and results, and for what each trial
# prints: N.jsonl and N.log of line N. Given again, it trains what has no result yet, from the last checkpoints on. TERM or Ctrl-C
# stops all with checkpoints; it then ends with 75.
#
#   JOBS       how many trials side by side; default 1
#   OPTIONS    more options of `gradweave trial`, such as: --runtime node --data DIR
#   GRADWEAVE  the command. Not npx: it may end before the trial is kept
set -u
trials=${1:?give the file of trials}
kept=${2:?give the folder for checkpoints and results}
mkdir -p "$kept"

# The log says which lines are done: those that failed or were stopped are run again.
parallel --arg-file "$trials" --jobs "${JOBS:-1}" --joblog "$kept/joblog" --resume-failed \
  --termseq TERM,90000,KILL,25 \
  "${GRADWEAVE:-node_modules/.bin/gradweave} trial {} --checkpoint '$kept' ${OPTIONS:-} \
    >> '$kept'/{#}.jsonl 2>> '$kept'/{#}.log" &
parallel=$!

stopped=
# At the first TERM, parallel only starts no more; at the second one it ends its jobs by --termseq.
trap 'stopped=yes; kill -TERM "$parallel"; sleep 1; kill -TERM "$parallel" 2>/dev/null' TERM INT
wait "$parallel"
code=$?
# The signal ended the wait, and not yet parallel.
if [ -n "$stopped" ]; then
  wait "$parallel"
  exit 75
fi
exit "$code"

#!/usr/bin/env bash
# Trains the trials of a file, one a line, as a Slurm array job:
#
#   sbatch --array=1-40 slurm.sh TRIALS KEPT
#
# TRIALS is a file as `gradweave trial --complete` prints it, KEPT a folder that all nodes share. A task that is stopped, at the time
# limit or because it is preempted, stores its checkpoint and is queued again. A task whose trial has a result ends at once.
#
#   OPTIONS    more options of `gradweave trial`, such as: --runtime node --data DIR
#   GRADWEAVE  the command. Not npx: it may end before the trial is kept
#
#SBATCH --job-name=gradweave
#SBATCH --time=01:00:00
#SBATCH --cpus-per-task=2
# For a GPU: #SBATCH --gres=gpu:1
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output=gradweave-%A-%a.jsonl
#SBATCH --error=gradweave-%A-%a.log
# TERM to this script, 60 seconds before the time limit.
#SBATCH --signal=B:TERM@60
set -u
trials=${1:?give the file of trials}
kept=${2:?give the folder for checkpoints and results}
mkdir -p "$kept"

# In the background: bash runs a trap only between commands.
# shellcheck disable=SC2086 # several words
${GRADWEAVE:-node_modules/.bin/gradweave} trial "$trials" --line "$SLURM_ARRAY_TASK_ID" \
  --checkpoint "$kept" ${OPTIONS:-} &
trial=$!

stopped=
trap 'stopped=yes; kill -TERM "$trial"' TERM
wait "$trial"
code=$?
# The signal ended the wait, and not yet the trial.
if [ -n "$stopped" ]; then
  wait "$trial"
  code=$?
fi

# 75: stopped and kept. 143: TERM came before the command had begun.
if [ "$code" -eq 75 ] || [ "$code" -eq 143 ]; then
  scontrol requeue "${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}"
fi
exit "$code"

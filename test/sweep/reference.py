"""What Optuna itself does, for tests: reads a request from standard input and writes the answer to standard output."""

import json
import math
import sys

import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)


def asha(request):
    """The decisions of SuccessiveHalvingPruner on a history of [trial, epoch, value or null]."""
    pruner = optuna.pruners.SuccessiveHalvingPruner(
        min_resource=request["options"]["minResource"],
        reduction_factor=request["options"]["reductionFactor"],
        min_early_stopping_rate=request["options"]["minEarlyStoppingRate"],
    )
    study = optuna.create_study(direction=request["direction"], pruner=pruner)
    trials = {}
    decisions = []
    for number, epoch, value in request["reports"]:
        if number not in trials:
            trials[number] = study.ask()
        trials[number].report(math.nan if value is None else value, epoch)
        prune = trials[number].should_prune()
        decisions.append(prune)
        if prune:
            study.tell(trials[number], state=optuna.trial.TrialState.PRUNED)
    return decisions


def grid(request):
    """All points of GridSampler."""
    sampler = optuna.samplers.GridSampler(request, seed=1)
    study = optuna.create_study(sampler=sampler)
    study.optimize(
        lambda trial: [trial.suggest_categorical(name, values) for name, values in request.items()] and 0
    )
    return [trial.params for trial in study.trials]


def random(request):
    """Values of RandomSampler for each option."""
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=1))
    found = {axis["name"]: [] for axis in request["space"]}
    for _ in range(request["count"]):
        trial = study.ask()
        for axis in request["space"]:
            name, low, high = axis["name"], axis["from"], axis["to"]
            step, log = axis.get("step"), axis.get("log", False)
            found[name].append(
                trial.suggest_int(name, low, high, step=step or 1, log=log)
                if axis.get("integer")
                else trial.suggest_float(name, low, high, step=step, log=log)
            )
    return found


def study(request):
    """The trials of a stored study."""
    found = optuna.load_study(study_name=request["name"], storage=request["storage"])
    return [
        {
            "point": trial.user_attrs.get("gradweave_point"),
            "state": trial.state.name,
            "value": trial.value,
            "params": trial.params,
            "values": {str(step): value for step, value in trial.intermediate_values.items()},
        }
        for trial in found.trials
    ]


WHAT = {
    "asha": lambda histories: [asha(history) for history in histories],
    "grid": grid,
    "random": random,
    "study": study,
}
json.dump(WHAT[sys.argv[1]](json.load(sys.stdin)), sys.stdout)

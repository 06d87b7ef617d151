"""Optuna as the search of a sweep: answers requests over standard input and output.

Each line of the input is a JSON object with `op` and `id`; each is answered by one line, an object with the same `id` and
either `value` or `error`. The first request is `start`. The study lies in Optuna's own storage, so that its dashboard shows
it, and a sidecar that is started again takes it up. Trials of the study are known by the user attribute `gradweave_point`.

| op | takes | value |
|---|---|---|
| start | name, storage, direction, sampler, pruner, seed, space | version, points |
| ask | point, params? | params |
| report | point, epoch, value | prune |
| tell | point, state, value | told: first or again |
"""

import inspect
import json
import math
import os
import signal
import sys

POINT = "gradweave_point"


class Wrong(Exception):
    """A request cannot be done as it is; the message says why."""


def named(module, suffix, name):
    """A class of Optuna by its name without the suffix, dashes and capitals: `successive-halving`, `nsgaii`."""
    bare = lambda text: text.replace("-", "").replace("_", "").lower()
    classes = {
        bare(key.removesuffix(suffix)): value
        for key, value in vars(module).items()
        if key.endswith(suffix) and key != "Base" + suffix and inspect.isclass(value)
    }
    found = classes.get(bare(name).removesuffix(suffix.lower()))
    if found is None:
        raise Wrong(f"Optuna has no {suffix.lower()} {name!r}; it has {', '.join(sorted(classes))}")
    return found


def made(kind, options, extra):
    """An object of a class with the given arguments, and those of `extra` that it takes."""
    known = inspect.signature(kind.__init__).parameters
    more = {key: value for key, value in extra.items() if key in known and key not in options}
    try:
        return kind(**options, **more)
    except Exception as error:
        takes = ", ".join(key for key in known if key != "self")
        raise Wrong(f"{kind.__name__} cannot be made: {error}. It takes {takes}") from error


def storage_of(place):
    """A database's address as Optuna takes it, or the path of a journal file."""
    import optuna

    if "://" in place:
        return optuna.storages.RDBStorage(place)
    from optuna.storages import JournalStorage
    from optuna.storages.journal import JournalFileBackend

    return JournalStorage(JournalFileBackend(place))


def distribution_of(axis):
    from optuna import distributions

    if axis["kind"] == "choice":
        return distributions.CategoricalDistribution(axis["choices"])
    if axis["kind"] == "int":
        return distributions.IntDistribution(axis["from"], axis["to"], axis["log"], axis["step"] or 1)
    return distributions.FloatDistribution(axis["from"], axis["to"], axis["log"], axis["step"])


def is_active(axis, params):
    """Whether an option is there, given those before it."""
    return all(name in params and params[name] in values for name, values in axis["when"])


def suggest(trial, axis):
    name = axis["name"]
    if axis["kind"] == "choice":
        return trial.suggest_categorical(name, axis["choices"])
    low, high, step, log = axis["from"], axis["to"], axis["step"], axis["log"]
    if axis["kind"] == "int":
        return trial.suggest_int(name, low, high, step=step or 1, log=log)
    return trial.suggest_float(name, low, high, step=step, log=log)


class Search:
    def __init__(self, request):
        import optuna

        self.optuna = optuna
        self.space = request["space"]
        storage = storage_of(request["storage"])
        name, direction = request["name"], request["direction"]
        self.study = optuna.create_study(
            study_name=name, storage=storage, direction=direction, load_if_exists=True
        )
        if self.study.direction.name.lower() != direction:
            raise Wrong(
                f"the study {name!r} in {request['storage']} is to {self.study.direction.name.lower()}, "
                f"the plan to {direction}; give the plan another name, or another storage"
            )
        # Samplers that have tried everything end a study's own loop, which does not run here; what they choose then is not new.
        self.study.stop = lambda: None
        trials = self.study.get_trials(deepcopy=False)
        # The same seed would draw the same points again.
        seed = (request["seed"] + len(trials)) % 2**32
        sampler = request["sampler"]
        kind = named(optuna.samplers, "Sampler", sampler["name"])
        self.study.sampler = made(kind, sampler["options"], {"seed": seed})
        pruner = request["pruner"]
        self.study.pruner = (
            made(named(optuna.pruners, "Pruner", pruner["name"]), pruner["options"], {})
            if pruner
            else optuna.pruners.NopPruner()
        )
        self.numbers = {}
        self.trials = {}
        for trial in trials:
            if POINT in trial.user_attrs:
                self.numbers[trial.user_attrs[POINT]] = trial.number
            elif trial.state == optuna.trial.TrialState.RUNNING:
                # The sidecar ended before it could say which point it is.
                self.study.tell(trial.number, state=optuna.trial.TrialState.FAIL)

    def points(self):
        return [
            {"point": point, "params": self.ask(point, None)["params"]}
            for point in sorted(self.numbers)
        ]

    def frozen(self, point):
        if point not in self.numbers:
            raise Wrong(f"point {point} was not asked")
        return self.study.get_trials(deepcopy=False)[self.numbers[point]]

    def live(self, point):
        """A trial that can be reported to."""
        if point not in self.trials:
            self.trials[point] = self.optuna.trial.Trial(self.study, self.frozen(point)._trial_id)
        return self.trials[point]

    def ask(self, point, params):
        if point not in self.numbers:
            if params is None:
                trial = self.study.ask()
                trial.set_user_attr(POINT, point)
                self.trials[point] = trial
                self.numbers[point] = trial.number
            else:
                self.numbers[point] = self.add(point, params)
        known = self.frozen(point)
        if known.state.is_finished():
            return {"params": known.params}
        found = {}
        # What was suggested before is suggested again.
        for axis in self.space:
            if is_active(axis, found):
                found[axis["name"]] = suggest(self.live(point), axis)
        return {"params": found}

    def add(self, point, params):
        """A point that another study has chosen."""
        trial = self.optuna.trial.create_trial(
            state=self.optuna.trial.TrialState.RUNNING,
            params=params,
            distributions={
                axis["name"]: distribution_of(axis)
                for axis in self.space
                if axis["name"] in params
            },
            user_attrs={POINT: point},
        )
        self.study.add_trial(trial)
        return len(self.study.get_trials(deepcopy=False)) - 1

    def report(self, point, epoch, value):
        known = self.frozen(point)
        if known.state.is_finished():
            return {"prune": False}
        trial = self.live(point)
        if epoch not in known.intermediate_values:
            trial.report(math.nan if value is None else value, epoch)
        return {"prune": bool(trial.should_prune())}

    def tell(self, point, state, value):
        if self.frozen(point).state.is_finished():
            return {"told": "again"}
        states = self.optuna.trial.TrialState
        number = self.numbers[point]
        if state == "done" and value is not None:
            self.study.tell(number, value)
        else:
            # A value that is not finite is no value; Optuna would say the same.
            ended = states.PRUNED if state == "pruned" else states.FAIL
            self.study.tell(number, state=ended)
        self.trials.pop(point, None)
        return {"told": "first"}


def answer(search, request):
    op = request["op"]
    if op == "start":
        search = Search(request)
        return search, {"version": search.optuna.__version__, "points": search.points()}
    if search is None:
        raise Wrong("the first request is start")
    if op == "ask":
        return search, search.ask(request["point"], request.get("params"))
    if op == "report":
        return search, search.report(request["point"], request["epoch"], request["value"])
    if op == "tell":
        return search, search.tell(request["point"], request["state"], request["value"])
    raise Wrong(f"there is no op {op!r}")


def main():
    # Whatever else is printed goes to the errors.
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    # An interrupt is for the server, which closes the input when it ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    search = None
    for line in sys.stdin:
        request = json.loads(line)
        reply = {"id": request["id"]}
        try:
            search, reply["value"] = answer(search, request)
        except Exception as error:
            kind = "" if isinstance(error, Wrong) else f"{type(error).__name__}: "
            reply["error"] = f"{kind}{error}"
        out.write(json.dumps(reply) + "\n")
        out.flush()


main()

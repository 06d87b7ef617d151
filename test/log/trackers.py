"""What trackers have of runs, as JSON on standard output.

    python trackers.py tensorboard FOLDER    scalars, histograms and images by TensorBoard's own reader
    python trackers.py mlflow URL            the runs of the experiment gradweave, by MLflow's own client

    pip install tensorboard==2.21.0 mlflow==3.17.2
"""

import json
import sys


def tensorboard(folder):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    every = {"scalars": 0, "histograms": 0, "images": 0}
    events = EventAccumulator(folder, size_guidance=every)
    events.Reload()
    tags = events.Tags()
    return {
        "scalars": {
            tag: [[one.step, one.value] for one in events.Scalars(tag)] for tag in tags["scalars"]
        },
        "histograms": {
            tag: [one.histogram_value.num for one in events.Histograms(tag)]
            for tag in tags["histograms"]
        },
        "images": {
            tag: [[one.width, one.height] for one in events.Images(tag)] for tag in tags["images"]
        },
    }


def mlflow(url):
    from mlflow.tracking import MlflowClient

    client = MlflowClient(url)
    experiment = client.get_experiment_by_name("gradweave")
    runs = client.search_runs([experiment.experiment_id])
    return {
        run.info.run_name: {
            "status": run.info.status,
            "params": run.data.params,
            "metrics": {
                key: [[one.step, one.value] for one in client.get_metric_history(run.info.run_id, key)]
                for key in run.data.metrics
            },
        }
        for run in runs
    }


what, place = sys.argv[1:]
print(json.dumps({"tensorboard": tensorboard, "mlflow": mlflow}[what](place)))

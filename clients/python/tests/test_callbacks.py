import importlib
import sys
import types
import unittest

import support
import dimmer  # noqa: E402
from support import STEP, Case

try:
    import sklearn.linear_model
except ImportError:
    sklearn = None
try:
    import keras
except ImportError:
    keras = None
try:
    import lightning
    import torch
except ImportError:
    lightning = torch = None
try:
    import transformers
except ImportError:
    transformers = None


class Faked(Case):
    """The callbacks, called in the order in which the frameworks call them."""

    def fresh(self, name, **fakes):
        """The module ``dimmer.name`` with these modules in place of the framework; ``None`` is not installed."""
        kept = {module: sys.modules.get(module) for module in (*fakes, f"dimmer.{name}")}
        for module, fake in fakes.items():
            sys.modules[module] = fake
        sys.modules.pop(f"dimmer.{name}", None)

        def restore():
            for module, value in kept.items():
                if value is None:
                    sys.modules.pop(module, None)
                else:
                    sys.modules[module] = value

        self.addCleanup(restore)
        return importlib.import_module(f"dimmer.{name}")

    def test_no_framework_is_needed_or_imported(self):
        import os
        import subprocess

        script = (
            "import sys; before = set(sys.modules); import dimmer, dimmer.codecarbon; "
            "print(sorted({m.split('.')[0] for m in set(sys.modules) - before} & "
            "{'lightning', 'pytorch_lightning', 'transformers', 'keras', 'torch', 'tensorflow', 'sklearn', 'numpy', "
            "'pandas', 'codecarbon'}))"
        )
        done = subprocess.run(
            [sys.executable, "-c", script], env={**os.environ, "PYTHONPATH": support.SOURCES}, capture_output=True
        )
        self.assertEqual(done.stdout, b"[]\n", done.stderr)

    def test_lightning(self):
        server = self.server()
        base = type("Callback", (), {})
        fake = types.ModuleType("lightning.pytorch.callbacks")
        fake.Callback = base
        for extra in ("lightning", "lightning.pytorch"):
            self.fresh("keras", **{extra: types.ModuleType(extra)})
        module = self.fresh("lightning", **{"lightning.pytorch.callbacks": fake})
        callback = module.EnergyCallback(region="DE")
        self.assertIsInstance(callback, base)
        logged = []
        model = types.SimpleNamespace(log=lambda name, value: logged.append((name, value)))
        callback.on_fit_start(None, model)
        for epoch in range(3):
            trainer = types.SimpleNamespace(current_epoch=epoch)
            callback.on_train_epoch_start(trainer, model)
            callback.on_train_epoch_end(trainer, model)
        callback.on_fit_end(None, model)
        self.assertEqual([window.name for window in callback.epochs], ["epoch-1", "epoch-2", "epoch-3"])
        self.assertEqual(logged, [("energy_joules", STEP[1] / 1e6)] * 3)
        self.assertEqual(server.meter.opened[0].get("region"), "DE")
        self.assertEqual(server.meter.closed, ["1"])

    def test_lightning_that_fails_in_an_epoch(self):
        server = self.server()
        module = self.fresh("lightning", **{"lightning.pytorch.callbacks": None, "pytorch_lightning.callbacks": None})
        callback = module.EnergyCallback()
        callback.on_fit_start(None, object())
        callback.on_train_epoch_start(types.SimpleNamespace(), None)
        callback.on_exception(None, None, KeyError())
        callback.on_fit_end(None, None)
        self.assertEqual(len(callback.epochs), 1)
        self.assertEqual(server.meter.closed, ["1"])

    def test_a_model_that_cannot_log_is_not_disturbed(self):
        self.server()
        module = self.fresh("lightning", **{"lightning.pytorch.callbacks": None, "pytorch_lightning.callbacks": None})
        callback = module.EnergyCallback()
        callback.on_fit_start(None, object())
        callback.on_train_epoch_start(types.SimpleNamespace(current_epoch=0), object())
        callback.on_train_epoch_end(types.SimpleNamespace(current_epoch=0), object())
        callback.on_fit_end(None, object())
        self.assertEqual(callback.run.energy_joules, 3 * STEP[1] / 1e6)

    def test_transformers(self):
        server = self.server()
        fake = types.ModuleType("transformers")
        fake.TrainerCallback = type("TrainerCallback", (), {})
        module = self.fresh("transformers", transformers=fake)
        callback = module.EnergyCallback()
        self.assertIsInstance(callback, fake.TrainerCallback)
        arguments = types.SimpleNamespace(run_name="bert")
        logs = {}
        callback.on_train_begin(arguments, None, None, model=None)
        callback.on_epoch_begin(arguments, types.SimpleNamespace(epoch=0.0), None)
        callback.on_log(arguments, None, None, logs=logs)
        callback.on_epoch_end(arguments, types.SimpleNamespace(epoch=1.0), None)
        callback.on_train_end(arguments, None, None)
        self.assertEqual(logs, {"energy_joules": 2 * STEP[1] / 1e6})
        self.assertEqual(server.meter.opened[0].get("name"), "bert")
        self.assertEqual(callback.epochs[0].energy.joules, 2 * STEP[1] / 1e6)

    def test_keras(self):
        self.server()
        fake = types.ModuleType("keras.callbacks")
        fake.Callback = type("Callback", (), {})
        module = self.fresh("keras", keras=types.ModuleType("keras"), **{"keras.callbacks": fake})
        callback = module.EnergyCallback()
        logs = {}
        callback.on_train_begin()
        callback.on_epoch_begin(0)
        callback.on_epoch_end(0, logs)
        callback.on_train_end()
        self.assertEqual(logs, {"energy_joules": STEP[1] / 1e6})

    def test_a_run_that_was_handed_in_is_the_callers_to_end(self):
        server = self.server()
        module = self.fresh("keras", **{"keras.callbacks": None, "tensorflow.keras.callbacks": None})
        with dimmer.measure(name="mine") as run:
            callback = module.EnergyCallback(run=run)
            callback.on_train_begin()
            callback.on_epoch_begin(0)
            callback.on_epoch_end(0, None)
            callback.on_train_end()
            self.assertEqual(server.meter.closed, [])
        self.assertEqual(len(server.meter.opened), 1)

    def test_without_a_meter_training_goes_on(self):
        module = self.fresh("keras", **{"keras.callbacks": None, "tensorflow.keras.callbacks": None})
        callback = module.EnergyCallback()
        logs = {}
        callback.on_train_begin()
        callback.on_epoch_begin(0)
        callback.on_epoch_end(0, logs)
        callback.on_train_end()
        self.assertEqual(logs, {}, "no figure, not 0")
        self.assertIsNone(callback.epochs[0].energy.joules)


class Real(Case):
    """The frameworks themselves, where they are installed."""

    @unittest.skipIf(sklearn is None, "scikit-learn is not installed")
    def test_scikit_learn_epochs(self):
        self.server()
        model = sklearn.linear_model.SGDClassifier(random_state=1)
        with dimmer.measure(name="sgd") as run:
            for _ in dimmer.epochs(range(3), run):
                model.partial_fit([[0.0], [1.0], [2.0], [3.0]], [0, 0, 1, 1], classes=[0, 1])
        self.assertEqual([window.energy.joules for window in run.windows], [STEP[1] / 1e6] * 3)

    @unittest.skipIf(keras is None, "keras is not installed")
    def test_keras_fit(self):
        server = self.server()
        import numpy

        from dimmer.keras import EnergyCallback

        callback = EnergyCallback()
        model = keras.Sequential([keras.layers.Input((1,)), keras.layers.Dense(1)])
        model.compile(loss="mse")
        numbers = numpy.arange(4.0).reshape(4, 1)
        model.fit(numbers, numbers, epochs=2, verbose=0, callbacks=[callback])
        self.assertEqual([window.name for window in callback.epochs], ["epoch-1", "epoch-2"])
        self.assertEqual(server.meter.closed, ["1"])

    @unittest.skipIf(lightning is None, "lightning is not installed")
    def test_lightning_fit(self):
        server = self.server()
        from lightning.pytorch import LightningModule, Trainer

        from dimmer.lightning import EnergyCallback

        class Line(LightningModule):
            def __init__(self):
                super().__init__()
                self.layer = torch.nn.Linear(1, 1)

            def training_step(self, batch, index):
                return torch.nn.functional.mse_loss(self.layer(batch), batch)

            def configure_optimizers(self):
                return torch.optim.SGD(self.parameters(), lr=0.01)

        callback = EnergyCallback()
        trainer = Trainer(
            max_epochs=2, callbacks=[callback], logger=False, enable_checkpointing=False, accelerator="cpu",
            enable_progress_bar=False, enable_model_summary=False, default_root_dir=self.folder,
        )  # fmt: skip
        trainer.fit(Line(), torch.utils.data.DataLoader(torch.arange(4.0).reshape(4, 1)))
        self.assertEqual(len(callback.epochs), 2)
        self.assertAlmostEqual(float(trainer.callback_metrics["energy_joules"]), STEP[1] / 1e6, places=5)
        self.assertEqual(server.meter.closed, ["1"])

    @unittest.skipIf(transformers is None or torch is None, "transformers with torch is not installed")
    def test_transformers_train(self):
        server = self.server()
        from dimmer.transformers import EnergyCallback

        class Line(torch.nn.Module):
            def __init__(self):
                super().__init__()
                self.layer = torch.nn.Linear(1, 1)

            def forward(self, x, labels=None):
                return {"loss": torch.nn.functional.mse_loss(self.layer(x), labels)}

        callback = EnergyCallback()
        rows = [{"x": torch.tensor([float(n)]), "labels": torch.tensor([float(n)])} for n in range(4)]
        arguments = transformers.TrainingArguments(
            output_dir=self.folder, num_train_epochs=2, logging_steps=1, save_strategy="no", report_to=[], use_cpu=True,
            disable_tqdm=True,
        )  # fmt: skip
        transformers.Trainer(model=Line(), args=arguments, train_dataset=rows, callbacks=[callback]).train()
        self.assertEqual(len(callback.epochs), 2)
        self.assertEqual(server.meter.closed, ["1"])


if __name__ == "__main__":
    unittest.main()

"""The whole way with a tiny model on a text made here. python -m unittest, in this folder."""

import json
import os
import random
import subprocess
import sys
import tempfile
import unittest

import torch

HERE = os.path.dirname(os.path.abspath(__file__))
NOUNS = "parser test window engine file report model token server budget".split()
VERBS = "reads writes breaks loads keeps drops counts needs".split()


def sentence(chance):
    return f"The {chance.choice(NOUNS)} {chance.choice(VERBS)} the {chance.choice(NOUNS)} at {chance.randrange(900)}."


def run(script, *args):
    """Runs a script of this folder and gives what it printed; fails with what it said."""
    command = [sys.executable, os.path.join(HERE, script), *map(str, args)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=HERE)
    if done.returncode != 0:
        raise AssertionError(f"{script} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")
    return done.stdout


class WholeWayTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        chance = random.Random(5)
        documents = ["\n".join(sentence(chance) for _ in range(60)) for _ in range(30)]
        cls.write("text.txt", "\n\x1e\n".join(documents))
        labels = []
        for number in range(24):
            text = "\n".join(sentence(chance) for _ in range(12))
            keep = "".join("0" if word in ("The", "the") else "1" for word in text.split())
            labels.append({"id": str(number), "kind": "note", "text": text, "keep": keep})
        cls.write_lines("labels.jsonl", labels)
        windows, questions = [], []
        for number in range(4):
            lines = [sentence(chance) for _ in range(90)]
            windows.append({"id": f"w{number}", "lines": lines})
            questions += [
                {"id": f"w{number}", "question": lines[i][4:-1] + "?", "lines": [i + 1]} for i in (20, 40, 70)
            ]
        cls.write_lines("windows.jsonl", windows)
        cls.write_lines("questions.jsonl", questions)
        run("tokenizer.py", cls.path("tokenizer.json"), cls.path("text.txt"), "--vocabulary", 512)
        run("corpus.py", cls.path("tokenizer.json"), cls.path("text.bin"), cls.path("text.txt"))

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    @classmethod
    def path(cls, name):
        return os.path.join(cls.folder.name, name)

    @classmethod
    def write(cls, name, text):
        with open(cls.path(name), "w", encoding="utf-8") as file:
            file.write(text)

    @classmethod
    def write_lines(cls, name, items):
        cls.write(name, "".join(json.dumps(item) + "\n" for item in items))

    def pretrain(self, out, steps, *more):
        base = ("--tokens", self.path("text.bin"), "--size", "tiny", "--out", self.path(out), "--threads", 1)
        return run("pretrain.py", *base, "--length", 64, "--batch", 8, "--warmup", 2, "--steps", steps, *more)

    def finetune(self, out, init, *more):
        return run(
            "finetune.py", "--init", self.path(init), "--tokenizer", self.path("tokenizer.json"), "--size", "tiny",
            "--labels", self.path("labels.jsonl"), "--windows", self.path("windows.jsonl"), "--questions",
            self.path("questions.jsonl"), "--out", self.path(out), "--passages", 8, "--threads", 1, *more,
        )  # fmt: skip

    def test_a_run_that_was_stopped_ends_where_one_in_one_go_does(self):
        self.pretrain("whole", 6)
        self.pretrain("parts", 6, "--minutes", 0)
        said = self.pretrain("parts", 6)
        self.assertIn("saved after step 6 of 6", said)
        whole = torch.load(self.path("whole/state.pt"), weights_only=True)
        parts = torch.load(self.path("parts/state.pt"), weights_only=True)
        self.assertEqual(parts["step"], 6)
        for name, value in whole["model"].items():
            self.assertTrue(torch.allclose(value, parts["model"][name], atol=1e-6), name)

    def test_pretraining_learns_with_either_optimizer(self):
        for optimizer in ("muon", "adamw"):
            self.pretrain(optimizer, 60, "--optimizer", optimizer)
            with open(self.path(f"{optimizer}/log.jsonl")) as file:
                losses = [json.loads(line)["loss"] for line in file]
            self.assertLess(losses[-1], losses[0])

    def test_labels_and_questions_are_learned_and_measured(self):
        self.pretrain("base", 20)
        self.finetune("tuned", "base/weights.pt", "--steps", 60, "--rate", 3e-3, "--head-rate", 1e-2)
        run(
            "evaluate.py", "--weights", self.path("tuned/weights.pt"), "--size", "tiny", "--tokenizer",
            self.path("tokenizer.json"), "--labels", self.path("labels.jsonl"), "--windows", self.path("windows.jsonl"),
            "--questions", self.path("questions.jsonl"), "--out", self.path("figures"), "--threads", 1,
        )  # fmt: skip
        with open(self.path("figures.json")) as file:
            figures = json.load(file)
        # Keeping everything gives 0.83.
        self.assertGreater(figures["keep"]["0.5"]["f1"], 0.9)
        self.assertGreater(figures["lateInteraction"]["0.50"]["recall"], 0.2)
        with open(self.path("figures.md")) as file:
            self.assertIn("| threshold 0.5 |", file.read())

    def test_questions_on_held_out_windows_are_left_out(self):
        self.pretrain("held", 2)
        self.write("hold.json", json.dumps(["w0", "w1"]))
        said = self.finetune("held-tuned", "held/weights.pt", "--steps", 1, "--hold-out", self.path("hold.json"))
        self.assertIn("2 windows, 6 questions", said)

    def test_a_teacher_labels_passages_and_a_pupil_learns_from_them(self):
        self.pretrain("teacher", 5)
        self.finetune("teacher-tuned", "teacher/weights.pt", "--steps", 3)
        common = ("--size", "tiny", "--tokenizer", self.path("tokenizer.json"), "--threads", 1)
        run(
            "distill.py", "--weights", self.path("teacher-tuned/weights.pt"), *common, "--text", self.path("text.txt"),
            "--count", 10, "--out", self.path("soft.jsonl"),
        )  # fmt: skip
        with open(self.path("soft.jsonl")) as file:
            soft = [json.loads(line) for line in file]
        self.assertEqual(len(soft), 10)
        for item in soft:
            self.assertEqual(len(item["soft"]), len(item["text"].split()))
            self.assertTrue(all(0 <= value <= 1 for value in item["soft"]))
        said = self.finetune("pupil", "teacher/weights.pt", "--steps", 2, "--labels", self.path("soft.jsonl"))
        self.assertIn("10 passages", said)


if __name__ == "__main__":
    unittest.main()

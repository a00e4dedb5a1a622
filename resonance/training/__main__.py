"""Make shipped weights again: `python -m resonance.training NAME`, one of the modules here."""

import pkgutil
import runpy
import sys

import resonance.training

NAMES = sorted(m.name for m in pkgutil.iter_modules(resonance.training.__path__))
NAMES.remove("__main__")

if len(sys.argv) != 2 or sys.argv[1] not in NAMES:
    sys.exit(f"usage: python -m resonance.training {{{','.join(NAMES)}}}")
runpy.run_module(f"resonance.training.{sys.argv[1]}", run_name="__main__")

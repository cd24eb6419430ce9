"""Run the steps of action.yml as GitHub's runner does: run_action.py ACTION FOLDER NAME=VALUE...

Inputs that are not given have their defaults; expressions other than `inputs` are refused.
"""

import os
import re
import subprocess
import sys

import yaml

action_file, folder, *given = sys.argv[1:]
action = yaml.safe_load(open(action_file))
inputs = {name: declared.get("default", "") for name, declared in action["inputs"].items()}
for pair in given:
    name, value = pair.split("=", 1)
    assert name in inputs, name
    inputs[name] = value


def filled(text):
    return re.sub(r"\$\{\{ inputs\.([a-z-]+) \}\}", lambda found: inputs[found[1]], text)


for step in action["runs"]["steps"]:
    assert "${{" not in step["run"], "an expression in a script can inject commands"
    environment = {name: filled(value) for name, value in step.get("env", {}).items()}
    assert not any("${{" in value for value in environment.values())
    # The flags that GitHub gives to `shell: bash`.
    code = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
        cwd=folder,
        env={**os.environ, **environment},
    ).returncode
    if code:
        sys.exit(code)

#!/usr/bin/env bash
# The step of action.yml: installs vaultkit from the action's own checkout, outside the repository that is checked, and
# checks the vault. Inputs come as variables and never as parts of a command.
set -euo pipefail

environment="${RUNNER_TEMP:?}/vaultkit-environment"
vaultkit="$environment/bin/vaultkit"
if [ ! -x "$vaultkit" ]; then
    "${PYTHON:-python3}" -m venv "$environment"
    "$environment/bin/python" -m pip install --quiet --disable-pip-version-check "${GITHUB_ACTION_PATH:?}"
fi

read -r -a more <<<"${ARGUMENTS:-}"
words="$RUNNER_TEMP/vaultkit-words"
status=0
"$vaultkit" check --vault "${VAULT:-.}" --output-format github ${more[@]+"${more[@]}"} 2>"$words" || status=$?
cat "$words" >&2
if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then
    printf '```\n%s\n```\n' "$(cat "$words")" >>"$GITHUB_STEP_SUMMARY"
fi
exit "$status"

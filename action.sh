#!/usr/bin/env bash
# The step of action.yml: installs vaultkit from the action's own checkout, outside the repository that is checked, and
# checks the vault. Inputs come as variables and never as parts of a command. Exits as `vaultkit check` does.
set -euo pipefail

environment="${RUNNER_TEMP:?}/vaultkit-environment"
vaultkit="$environment/bin/vaultkit"
words="$RUNNER_TEMP/vaultkit-words"

install() {
    "${PYTHON:-python3}" -m venv "$environment" &&
        "$environment/bin/python" -m pip install --quiet --disable-pip-version-check "${GITHUB_ACTION_PATH:?}"
}

# What is said at the end becomes the step's output, and an indented block of the job's summary: no line of it can end
# either.
finish() {
    [ -z "${GITHUB_OUTPUT:-}" ] || echo "exit-code=$1" >>"$GITHUB_OUTPUT"
    [ -z "${GITHUB_STEP_SUMMARY:-}" ] || printf '%s\n\n' "$(sed 's/^/    /' "$words")" >>"$GITHUB_STEP_SUMMARY"
    cat "$words" >&2
    exit "$1"
}

if [ ! -x "$vaultkit" ] && ! install; then
    echo "vaultkit could not be installed; it needs Python 3.11 or newer, and the input \`python\` names one." >"$words"
    finish 2
fi

read -r -d '' -a more <<<"${ARGUMENTS:-}" || true # it ends at the end of the input, and says so
status=0
"$vaultkit" check --vault="${VAULT:-.}" --output-format=github ${more[@]+"${more[@]}"} 2>"$words" || status=$?
finish "$status"

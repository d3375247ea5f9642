#!/bin/sh
# Installs Neural Style for Krita and GIMP: run it in a terminal, or choose "Run in Terminal" in a file manager.
cd "$(dirname "$0")" || exit 1
if ! python3 --version >/dev/null 2>&1; then
    echo "Neural Style needs Python. On Debian and Ubuntu, run: sudo apt install python3-venv"
    code=1
else
    python3 install.py "$@"
    code=$?
fi
# A window that was opened for this script closes at its end. One with arguments was opened by hand.
if [ -t 0 ] && [ $# -eq 0 ]; then
    printf "Press Return to close this. "
    read -r _
fi
exit $code

#!/bin/sh
# Installs Neural Style for Krita and GIMP, in a window of Terminal that stays open.
cd "$(dirname "$0")" || exit 1
if ! python3 --version >/dev/null 2>&1; then
    echo "Neural Style needs Python. Install Python 3.12 from python.org. Then start this file again."
    exit 1
fi
exec python3 install.py "$@"

@echo off
rem Installs Neural Style for Krita and GIMP. The window stays open, so that its messages can be read.
pushd "%~dp0"
if not exist install.py (
  echo Unpack the whole zip file first: right-click it, and choose "Extract All".
  pause
  exit /b 1
)
set PYTHON=py
py --version >nul 2>nul || set PYTHON=python
%PYTHON% --version >nul 2>nul || (
  echo Neural Style needs Python. Install Python 3.12, 64-bit, from python.org. Then start this file again.
  pause
  exit /b 1
)
%PYTHON% install.py %*
set RESULT=%ERRORLEVEL%
popd
pause
exit /b %RESULT%

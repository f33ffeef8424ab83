#!/usr/bin/env bash
# The browser tests need Chromium and Chinese fonts; installed where we may, otherwise those tests say that they skip.
command -v chromium >/dev/null && fc-list 2>/dev/null | grep -qi "noto.*cjk" && exit 0
if [ "$(id -u)" = 0 ]; then run=""; elif sudo -n true 2>/dev/null; then run="sudo -n"; else
  echo "Chromium or Chinese fonts are missing and cannot be installed without root: browser tests will skip (apt-get install chromium fonts-noto-cjk fontconfig)."
  exit 0
fi
echo "Installing Chromium and Chinese fonts for the browser tests …"
$run apt-get update -q >/dev/null 2>&1
DEBIAN_FRONTEND=noninteractive $run apt-get install -y -q chromium fonts-noto-cjk fontconfig >/dev/null 2>&1 || echo "They could not be installed: browser tests will skip."
exit 0

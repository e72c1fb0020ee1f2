#!/bin/sh
# SPDX-License-Identifier: MIT
# Install what is missing, through the system's package manager.
#
#	harness/deps.sh		what building, measuring and reporting need
#	harness/deps.sh test	and what only the tests need
set -eu

case $(command -v apt-get || command -v dnf || command -v pacman || echo none) in
*apt-get)
	packages="gcc libc6-dev make pkg-config libhwloc-dev libjansson-dev
		libinih-dev libpapi-dev liburing-dev gnuplot-nox python3
		fonts-liberation"
	tests="libcmocka-dev clang-format chromium git strace procps spin"
	have() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }
	install() {
		$sudo apt-get update -q
		DEBIAN_FRONTEND=noninteractive $sudo apt-get install -q -y \
			--no-install-recommends "$@"
	}
	;;
*dnf)
	packages="gcc glibc-devel make pkgconf-pkg-config hwloc-devel
		jansson-devel inih-devel papi-devel liburing-devel
		gnuplot-minimal python3 liberation-sans-fonts"
	tests="libcmocka-devel clang-tools-extra chromium git strace procps-ng
		libasan libubsan libtsan"
	have() { rpm -q "$1" >/dev/null 2>&1; }
	install() { $sudo dnf install -y "$@"; }
	;;
*pacman)
	# PAPI is not among the distribution's own packages: without it
	# hardware counters are reported as absent.
	packages="gcc make pkgconf hwloc jansson libinih liburing gnuplot
		python ttf-liberation"
	tests="cmocka clang chromium git strace procps-ng"
	have() { pacman -Qi "$1" >/dev/null 2>&1; }
	install() { $sudo pacman -Sy --noconfirm --needed "$@"; }
	;;
*)
	cat >&2 <<'END'
deps: no apt-get, dnf or pacman here. Install these by hand, then run make:
  a C17 compiler, make, pkg-config, hwloc, jansson, inih,
  PAPI and liburing (both optional),
  gnuplot with pdfcairo, Python 3.9 or later, the Liberation fonts
  for the tests: cmocka, clang-format, Chromium, git, strace, procps, Spin
END
	exit 2
	;;
esac

[ "${1:-}" = test ] && packages="$packages $tests"
missing=
for package in $packages; do
	have "$package" || missing="$missing $package"
done
if [ -z "$missing" ]; then
	echo "deps: nothing is missing"
	exit 0
fi

sudo=
if [ "$(id -u)" -ne 0 ]; then
	sudo=sudo
	if ! command -v sudo >/dev/null; then
		echo "deps: not root, and no sudo; missing:$missing" >&2
		exit 2
	fi
fi
echo "deps: installing$missing"
# Words are packages.
# shellcheck disable=SC2086
install $missing

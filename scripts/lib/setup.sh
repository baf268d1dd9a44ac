# shellcheck shell=bash
# shellcheck disable=SC2034 # the lists are for the scripts that source this
# Set-up shared by the scripts beside it, which source it: what a bare Debian 12 with a Swift toolchain still needs, and how to say
# what is missing. Nothing is installed that is there already, and nothing is installed without a line that says so.

if [[ -n ${BAILEY_SETUP_READ-} ]]; then return; fi
BAILEY_SETUP_READ=yes

# The top of the checkout, wherever the script was called from.
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd -P)

# The oldest Swift whose compiler and package manager Package.swift can be read by.
readonly oldest_swift=6.2

# Debian packages by purpose. This is the one place that names them.
# A toolchain from swift.org brings no C library headers and no linker; the rest are the libraries of Sources/CLibraries.
readonly build_packages=(binutils libc6-dev libstdc++-12-dev git ca-certificates pkg-config libmicrohttpd-dev libmnl-dev libyaml-dev libssl-dev
    libcap-dev libpam0g-dev libpcre2-dev libqrencode-dev libsqlite3-dev libcurl4-openssl-dev)
# What a built binary loads, for hosts that only run it.
readonly runtime_packages=(libmicrohttpd12 libmnl0 libyaml-0-2 libpcre2-8-0 libqrencode4 libsqlite3-0 libssl3 libpam0g
    libcurl4)
# Peers and real services that tests hold Bailey against.
readonly test_packages=(iproute2 util-linux openssh-server openssh-client chromium chromium-driver dnsmasq-base socat jq
    python3 python3-fusepy python3-venv nftables iptables systemd systemd-container libcap2-bin findutils sudo
    strace tzdata zbar-tools)
readonly lint_packages=(shellcheck jq systemd)
readonly bench_packages=(iproute2 util-linux python3 lynis e2fsprogs sudo opendoas)

say() { printf '==> %s\n' "$*" >&2; }
warn() { printf 'warning: %s\n' "$*" >&2; }

# die WHAT NEXT...: one error, then what to do about it, one line each.
die() {
    printf 'error: %s\n' "$1" >&2
    shift
    local step
    for step in "$@"; do printf '  next: %s\n' "$step" >&2; done
    exit 3
}

is_root() { [[ $(id -u) -eq 0 ]]; }

# Prints those of the named Debian packages that are not installed.
missing_packages() {
    local package
    for package in "$@"; do
        # A foreign architecture adds a second word, so the answer is matched from its start.
        [[ $(dpkg-query -W -f='${db:Status-Status} ' "$package" 2>/dev/null) == installed* ]] || printf '%s\n' "$package"
    done
}

# Makes the named Debian packages be there.
require_packages() {
    if ! command -v dpkg-query >/dev/null; then
        warn "this is not Debian, so packages are left to you; needed are the equivalents of: $*"
        return
    fi
    local missing
    mapfile -t missing < <(missing_packages "$@")
    if [[ ${#missing[@]} -eq 0 ]]; then return; fi

    local apt="apt-get install --no-install-recommends ${missing[*]}"
    local become=()
    if ! is_root; then
        if ! command -v sudo >/dev/null || { ! [[ -t 0 ]] && ! sudo -n true 2>/dev/null; }; then
            die "Debian packages are missing, and installing them needs root: ${missing[*]}" "as root, run: $apt" \
                "then run this again: $0"
        fi
        become=(sudo)
    fi
    say "installing Debian packages: ${missing[*]}"
    "${become[@]}" apt-get update -qq </dev/null >&2 || warn "apt-get update failed; the package lists as they are have to do"
    # Tests start services of their own; nothing of theirs may begin to listen on this host because a test wants the program.
    if ! "${become[@]}" bash -s -- "${missing[@]}" <<'INSTALL' >&2; then
set -euo pipefail
policy=/usr/sbin/policy-rc.d
if ! [[ -e $policy ]]; then
    trap 'rm -f "$policy"' EXIT
    printf '#!/bin/sh\n# No service is started while packages are installed for tests.\nexit 101\n' >"$policy"
    chmod 0755 "$policy"
fi
DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends -o DPkg::Lock::Timeout=120 "$@" </dev/null
for package in "$@"; do
    if [[ $package == openssh-server ]]; then
        systemctl disable ssh.service 2>/dev/null || :
        printf '==> openssh-server is installed for tests only: not started, not enabled\n'
    fi
done
INSTALL
        local package unknown=()
        for package in "${missing[@]}"; do
            [[ -n $(apt-cache show --no-all-versions "$package" 2>/dev/null) ]] || unknown+=("$package")
        done
        if [[ ${#unknown[@]} -gt 0 ]]; then
            die "Debian's package lists do not have: ${unknown[*]}" \
                "check that /etc/apt names Debian 12's main archive and that it can be reached: apt-get update" \
                "then run: $apt"
        fi
        die "Debian packages could not be installed: ${missing[*]}" "see what apt says above, mend it, then run: $apt"
    fi
}

# Makes sure that `swift` is there and new enough.
require_swift() {
    local next="install Swift $oldest_swift or later from https://www.swift.org/install/linux/ and put its usr/bin on PATH"
    if ! command -v swift >/dev/null; then
        local kept_path="if it is installed for you but not for root: sudo env \"PATH=\$PATH\" $0"
        if [[ -n ${SUDO_USER-} ]]; then die "no swift on PATH" "$kept_path" "otherwise $next"; fi
        die "no swift on PATH" "$next"
    fi
    local answer version
    answer=$(swift --version 2>/dev/null) || die "swift does not run: $(command -v swift)" "run swift --version and see" "$next"
    version=$(sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p' <<<"$answer" | head -n 1)
    [[ -n $version ]] || die "swift --version says no version: $answer" "$next"
    if [[ $(printf '%s\n' "$oldest_swift" "$version" | sort -V | head -n 1) != "$oldest_swift" ]]; then
        die "Swift $version is too old: Bailey needs $oldest_swift or later" "$next"
    fi
}

# Runs a command as the owner of the checkout when root was asked to build somebody else's: what root wrote into .build would be
# in the owner's way, and nothing there needs root.
as_owner() {
    local owner
    owner=$(stat -c %u "$root")
    if is_root && [[ $owner -ne 0 ]]; then
        setpriv --reuid "$owner" --regid "$(stat -c %g "$root")" --init-groups \
            env "HOME=$(getent passwd "$owner" | cut -d: -f6)" "$@"
    else
        "$@"
    fi
}

# How what people run is built, and where it then is. It is apart from what `swift build` makes, which only one build at a time may work
# on: so both kinds can be built at once.
release_build=(swift build --package-path "$root" --scratch-path "$root/.build/programs" -c release --static-swift-stdlib)
release_programs=$root/.build/programs/release

# build_release PRODUCT...: builds what people run, with the Swift runtime inside, and prints the path of the first; the others are
# beside it. Several are built in one go with all there is, which takes less time than one after the other.
build_release() {
    local product=$1 only=()
    if [[ $# -eq 1 ]]; then only=(--product "$product"); fi
    say "building $* for release (the first time takes some minutes)"
    # libFoundationEssentials.a names mktemp, which the linker warns of; Bailey does not call it.
    as_owner env BAILEY_RELEASE=1 "${release_build[@]}" "${only[@]}" </dev/null >&2
    printf '%s\n' "$release_programs/$product"
}

# Makes a Python environment of the tests' own with what scripts/lib/test-requirements.txt names, and exports where it is.
# It is made anew when that list changes.
require_test_venv() {
    local list=$root/scripts/lib/test-requirements.txt
    BAILEY_TEST_VENV=$root/.build/venv
    export BAILEY_TEST_VENV
    if ! grep -qE '^[[:space:]]*[^#[:space:]]' "$list" || cmp -s "$list" "$BAILEY_TEST_VENV/requirements.txt"; then return; fi
    say "making a Python environment for tests in .build/venv"
    as_owner rm -rf "$BAILEY_TEST_VENV"
    as_owner python3 -m venv "$BAILEY_TEST_VENV" ||
        die "python3 cannot make a virtual environment" "as root, run: apt-get install python3-venv"
    as_owner "$BAILEY_TEST_VENV/bin/pip" install --quiet --disable-pip-version-check -r "$list" </dev/null >&2 ||
        die "Python packages for tests could not be installed" \
            "check that PyPI can be reached, then run: $BAILEY_TEST_VENV/bin/pip install -r $list"
    as_owner cp "$list" "$BAILEY_TEST_VENV/requirements.txt"
}

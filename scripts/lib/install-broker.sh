# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034,SC2004 # the paths and lists are those of scripts/install, which sources this
# The part of scripts/install that --broker asks for.

broker_program=$prefix/sbin/bailey-broker
# The broker looks for it beside itself.
spawner_program=$prefix/sbin/bailey-spawner
client_program=$prefix/bin/bailey-sudo
proof=/etc/pam.d/bailey
approvers=bailey-approvers
readonly broker_program spawner_program client_program proof approvers

install_broker() {
    install_program bailey-broker "$broker_program"
    install_program bailey-spawner "$spawner_program"
    install_program bailey-sudo "$client_program"
    install_unit bailey-broker.service
    install_unit "$socket"
    # PAM takes every file there for a service: what an administrator wrote is not to have a neighbour.
    if [[ -e $destdir$proof || -L $destdir$proof ]] && is_edited "$proof"; then
        leave keep "$proof (not ours, or edited)"
        installed[$proof]=${recorded[$proof]-$(digest "$root/templates/pam/bailey")}
    else
        place "$root/templates/pam/bailey" "$proof" 0644
    fi
    if is_live && ! getent group "$approvers" >/dev/null; then
        act create "group $approvers" groupadd --system "$approvers"
    fi
}

say_next_of_broker() {
    if is_live && is_systemd_running; then
        if [[ -n $replaces_broker ]] && systemctl is-active --quiet bailey-broker.service; then
            say "the broker that runs is the one from before; when none of its commands runs: systemctl restart bailey-broker.service"
        fi
    else
        say "the broker is started by hand here: $broker_program"
    fi
    if ! [[ -e $destdir$policies/command-policy.yaml ]] || ! is_edited "$policies/command-policy.yaml"; then
        say "nothing may run as root by way of the broker yet: say what may in $policies/command-policy.yaml, then: bailey policy check"
    fi
    # Before every command the broker asks PAM whether the account may be used.
    if [[ -e $destdir$proof ]] && ! grep -Eqs '^[[:space:]]*(-?account[[:space:]]|@include[[:space:]])' "$destdir$proof"; then
        say "$proof has no lines for accounts, so PAM goes by those of /etc/pam.d/other before every command: add '@include common-account'"
    elif is_live && grep -qs common-account "$proof" && ! [[ -e /etc/pam.d/common-account ]]; then
        say "this host has no /etc/pam.d/common-account: have $proof include what it has in its place, or nothing will run"
    fi
    say "who approves for others: usermod --append --groups $approvers NAME   an agent's own account: bailey agent-account create NAME"
    say "to ask it: bailey run -- COMMAND   to have sudo ask it: bailey shim install   what goes around it: bailey guard bypasses"
}

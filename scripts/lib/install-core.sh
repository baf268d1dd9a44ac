# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034 # the paths and lists are those of scripts/install, which sources this
# The part of scripts/install that --core asks for.

core_program=$prefix/sbin/bailey-core
core_unit=bailey-core.service
core_user=bailey-core
core_state=/var/lib/bailey-core
readonly core_program core_unit core_user core_state

add_core_user() {
    if is_live && ! getent passwd "$core_user" >/dev/null; then
        act create "user $core_user" useradd --system --user-group --no-create-home --home-dir "$core_state" \
            --shell /usr/sbin/nologin "$core_user"
    fi
}

# Whether what the broker refuses is handed to the core: where there are both.
forwards() { [[ -n $broker && -n $core ]]; }

install_core() {
    install_program bailey-core "$core_program"
    install_unit "$core_unit"
    # Tokens are made before the first start, and have to be readable by the core's user then.
    if is_live && ! [[ -d $core_state ]]; then
        act create "$core_state/" install -d -m 0700 -o "$core_user" -g "$core_user" -- "$core_state"
    fi
    # ATT&CK that was imported before there was a core, which may not look into root's own state.
    if is_live && [[ -f $state/attack.index && ! -e $core_state/attack.index ]]; then
        act create "$core_state/attack.index" install -m 0640 -o "$core_user" -g "$core_user" -- "$state/attack.index" "$core_state/attack.index"
    fi
}

# Whether it could start: in production it does not without a token.
core_has_token() { [[ -s $destdir$core_state/api-tokens.json ]]; }

say_next_of_core() {
    if ! core_has_token; then
        say "the core starts once there is a token: bailey token create NAME --scope SCOPE (bailey token create --help names the scopes)"
        if is_live && is_systemd_running; then say "then: systemctl enable --now $core_unit"; fi
    elif ! { is_live && is_systemd_running; }; then
        say "the core is started by hand here, as $core_user: $core_program --settings $policies/core.yaml --state $core_state --socket $core_state/core.sock"
    fi
    say "to ask it: bailey cases --server unix:/run/bailey-core/api.sock   its API: curl --unix-socket /run/bailey-core/api.sock http://localhost/docs"
    say "who may connect besides root: usermod --append --groups $core_user NAME"
}

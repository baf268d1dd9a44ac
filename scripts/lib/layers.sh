# shellcheck shell=bash
# The layers of ARCHITECTURE held against Package.swift and against what the sources import. Sourced by scripts/lint, whose
# `complain` it calls.

# Top to bottom. A layer may use itself and those below it.
readonly layers=(Executables Interfaces Operations Posture Guardrails Host Model Platform CLibraries)
# Edges that point down and are refused all the same, as LAYER>LAYER or LAYER>Module.
readonly refused_edges=(
    'Posture>Platform'      # a collector hands it values: it does no I/O of its own
    'Posture>Guardrails'    # they stand beside each other
    'Guardrails>Host'       # what acts as root reads no inventory
    'Operations>Guardrails' # but for the two modules granted below
    'Host>Policies'         # what looks does not know what is wanted
)
readonly granted_edges=('Operations>BrokerProtocol' 'Operations>Auditing')
# What sources outside Platform may import besides Bailey's own modules. Full Foundation costs milliseconds at start-up.
readonly importable=(FoundationEssentials Synchronization Dispatch)

# From Package.swift: module to layer, module to folder, and each granted edge as "A>B".
declare -A layer_of=() folder_of=() edges=()

read_package() {
    local package name path dependency
    package=$(as_owner env BAILEY_FUZZ=1 swift package dump-package </dev/null 2>/dev/null) ||
        die "Package.swift cannot be read" "see what is wrong: swift package dump-package"
    while IFS=$'\t' read -r name path; do
        folder_of[$name]=$path
        if [[ $path == Sources/*/* ]]; then
            path=${path#Sources/}
            layer_of[$name]=${path%%/*}
        fi
    done < <(jq -r '.targets[] | [.name, .path // ""] | @tsv' <<<"$package")
    while IFS=$'\t' read -r name dependency; do
        edges["$name>$dependency"]=granted
    done < <(jq -r '.targets[] | .name as $name | .dependencies[] | [$name, (.byName // .target)[0]] | @tsv' <<<"$package")
    [[ ${#layer_of[@]} -gt 0 && ${#edges[@]} -gt 0 ]] || die "Package.swift names no targets" "see: swift package dump-package"
}

# contains VALUE ITEM...
contains() {
    local value=$1 item
    shift
    for item in "$@"; do
        if [[ $item == "$value" ]]; then return 0; fi
    done
    return 1
}

# Prints how far down a layer is.
layer_rank() {
    local index
    for index in "${!layers[@]}"; do
        if [[ ${layers[index]} == "$1" ]]; then
            printf '%s\n' "$index"
            return
        fi
    done
    return 1
}

check_edges() {
    local name edge from to above below
    for name in "${!layer_of[@]}"; do
        layer_rank "${layer_of[$name]}" >/dev/null || complain "Package.swift: $name is in no known layer: ${folder_of[$name]}"
    done
    for edge in "${!edges[@]}"; do
        from=${edge%>*} to=${edge#*>}
        above=${layer_of[$from]-} below=${layer_of[$to]-}
        # Tests may use what they like.
        if [[ -z $above || -z $below ]]; then continue; fi
        if [[ $(layer_rank "$below") -lt $(layer_rank "$above") ]]; then
            complain "Package.swift: $from ($above) uses $to ($below), which is above it"
        elif ! contains "$above>$to" "${granted_edges[@]}" &&
            { contains "$above>$below" "${refused_edges[@]}" || contains "$above>$to" "${refused_edges[@]}"; }; then
            complain "Package.swift: $from ($above) uses $to ($below), which ARCHITECTURE refuses"
        fi
    done
}

# Prints `FILE:LINE:MODULE` for each import of the Swift files named on standard input.
imports() {
    local attribute='@[A-Za-z_]+(\([^)]*\))?[[:space:]]+' access='(package|private|internal|fileprivate|public)[[:space:]]+'
    local kind='(struct|class|enum|protocol|func|typealias|var|let)[[:space:]]+'
    xargs -r grep -HnE "^[[:space:]]*($attribute)*($access)?import[[:space:]]" |
        sed -E "s/^([^:]+:[0-9]+:).*import[[:space:]]+($kind)?([A-Za-z_][A-Za-z0-9_]*).*/\1\4/"
}

# SwiftPM builds an import of any module that it can reach; here only what Package.swift grants counts.
check_imports() {
    local file line module name owner
    while IFS=: read -r file line module; do
        owner=
        for name in "${!folder_of[@]}"; do
            if [[ $file == "${folder_of[$name]}"/* ]]; then owner=$name; fi
        done
        if [[ -z $owner ]]; then
            complain "$file:$line: belongs to no target of Package.swift"
        elif [[ -n ${folder_of[$module]-} ]]; then
            [[ -n ${edges["$owner>$module"]-} ]] ||
                complain "$file:$line: imports $module, an edge that Package.swift does not grant to $owner"
        elif [[ $file == Sources/* && $file != Sources/Platform/* ]] && ! contains "$module" "${importable[@]}"; then
            complain "$file:$line: imports $module outside Sources/Platform"
        fi
    done < <(swift_files | imports)
}

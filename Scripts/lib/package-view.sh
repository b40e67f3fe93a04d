# Sourced: a package of some targets alone, over the same files, so that building them builds nothing else.

# package_view FOLDER TARGET...: makes it in the folder. The targets' dependencies are in it, too.
package_view() {
    local view=$1 name wanted
    shift
    wanted=$(printf '"%s", ' "$@")
    mkdir -p "$view"
    for name in Sources Tests Fuzz; do ln -sfn "$PWD/$name" "$view/$name"; done
    {
        cat Package.swift
        cat <<SWIFT

var wanted: Set<String> = [$wanted]
var known = 0
while known < wanted.count {
    known = wanted.count
    for target in package.targets where wanted.contains(target.name) {
        for dependency in target.dependencies {
            switch dependency {
            case .byNameItem(let name, _), .targetItem(let name, _): wanted.insert(name)
            default: break
            }
        }
    }
}
package.targets.removeAll { !wanted.contains(\$0.name) }
package.products = []
SWIFT
    } >"$view/Package.swift.new"
    # An unchanged manifest keeps its time, and the build what it has.
    if cmp -s "$view/Package.swift.new" "$view/Package.swift"; then
        rm "$view/Package.swift.new"
    else
        mv "$view/Package.swift.new" "$view/Package.swift"
    fi
}

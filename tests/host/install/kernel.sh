# shellcheck shell=bash
# Sourced after scene.sh by the tests of what we use of the kernel: the table of
# that, and what the vservers of these tests are made of.
# shellcheck source-path=SCRIPTDIR

roots=${roots:?source scene.sh first}
# shellcheck disable=SC2034
kernel_table=${lib_dir:?}/install/kernel
template=$roots/template

# new_template: its root directory, with alice in it.
new_template() {
	new_root template alice
}

# layered [LINE]...: the definition of acme as a layer over the template, with
# these lines besides; its root directory is empty.
layered() {
	rm -rf "${roots:?}/acme" && mkdir "$roots/acme" &&
		define acme "template = \"$template\"" "$@"
}

# pam_vns: "make help" lists the targets.

# The version, and the day from which it is: all files of "make dist" have its date.
VERSION = 0.1
DATE = 2026-11-23

PREFIX = /usr
SYSCONFDIR = /etc
MULTIARCH := $(shell $(CC) -print-multiarch 2>/dev/null)
LIBDIR = $(PREFIX)/lib$(if $(MULTIARCH),/$(MULTIARCH))
# Linux-PAM and glibc look in their own directories only.
PAMDIR = $(LIBDIR)/security
SBINDIR = $(PREFIX)/sbin
LIBEXECDIR = $(PREFIX)/libexec/pam_vns
MANDIR = $(PREFIX)/share/man
COMPDIR = $(PREFIX)/share/bash-completion/completions
DOCDIR = $(PREFIX)/share/doc/pam_vns
UNITDIR = $(PREFIX)/lib/systemd/system
DESTDIR =

BUILD = build
comma = ,
WARNINGS = -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	   -Wwrite-strings -Wpointer-arith -Wvla -Wundef
# Those that this compiler takes, for this processor, without a warning.
takes = $(shell for flag in $(1); do printf '\043include <features.h>\n' | \
	$(CC) -Werror -O2 -U_FORTIFY_SOURCE $$flag -x c -c -o /dev/null - \
	2>/dev/null && echo "$$flag"; done)
HARDENING := -fstack-protector-strong -U_FORTIFY_SOURCE \
	     $(or $(call takes,-D_FORTIFY_SOURCE=3),-D_FORTIFY_SOURCE=2) \
	     $(call takes,-fstack-clash-protection -fcf-protection=full \
	     -mbranch-protection=standard -ftrivial-auto-var-init=zero \
	     -fstrict-flex-arrays=3)
CFLAGS = -O2 -g
LDFLAGS =
SANITIZE =
# What tests/coverage sets, so that what is built counts what runs of it.
COVERAGE ?=
ALL_CPPFLAGS = -D_GNU_SOURCE -DVNS_VERSION='"$(VERSION)"' \
	       -DVNS_SBINDIR='"$(SBINDIR)"' \
	       -DVNS_LIBEXECDIR='"$(LIBEXECDIR)"' \
	       -DVNS_PAMDIR='"$(PAMDIR)"' \
	       -DVNS_SYSCONFDIR='"$(SYSCONFDIR)"' $(CPPFLAGS)
ALL_CFLAGS = -std=gnu11 -fPIC -iquote pam_vns $(WARNINGS) $(HARDENING) $(CFLAGS) \
	     $(SANITIZE) $(COVERAGE)
ALL_LDFLAGS = -Wl,-z,relro,-z,now,-z,noexecstack $(LDFLAGS) $(SANITIZE) \
	      $(COVERAGE)

# One line a room: the module, and what it is linked with; then what is only
# the tools'.
COMMON = lib system wire
LIBRARY = config vserver login
TOOLBOX = pamd native keeper doctor tool
MAINS = module/pam_vns module/nss_vns native/vns_init pamd/vns_trypam tool/vns \
	tool/vnamespace

SOURCES = $(wildcard pam_vns/*/*.c)
OBJECTS = $(SOURCES:pam_vns/%.c=$(BUILD)/%.o)
rooms = $(filter-out $(MAINS:%=$(BUILD)/%.o),$(foreach room,$(1),$(filter \
	$(BUILD)/$(room)/%,$(OBJECTS))))

MODULE = $(BUILD)/pam_vns.so
NSS = $(BUILD)/libnss_vns.so.2
TOOLS = $(BUILD)/vns $(BUILD)/vnamespace
INIT = $(BUILD)/vns-init
TRYPAM = $(BUILD)/vns-trypam

MAN8 = pam_vns.8 vns.8 vnamespace.8
MAN5 = pam_vns.conf.5
UNITS = vns.socket vns.service vns-boot.service
EXAMPLES = $(shell cd conf && find . \( -name completion -o -name systemd \
	-o -name packaging \) -prune -o -type f -printf '%P\n')

# How a file's name ends until it is renamed, with a process id behind; it begins
# with a dot, or ldconfig would take it for a library. "make install" that was
# killed leaves some, which the next one takes away.
NEW = .vns-new-
installed = $(foreach file,$(1:%=$(DESTDIR)%),$(file) \
	$(dir $(file)).$(notdir $(file))$(NEW)*)

# Which packages the throwaway host of "make check" gets, and which tests it runs,
# as tests/run takes them; all if none is named (tests/all).
SET = check
TESTS =
# Whether "make coverage" prints each line that is not reached.
MISSED =

# Which release of Debian "make vm" boots; the smoke test alone; tests/host, too.
SUITE = bookworm
SMOKE =
HOST =

all: $(MODULE) $(NSS) $(TOOLS) $(INIT) $(TRYPAM) $(UNITS:%=$(BUILD)/units/%)

$(BUILD):
	@printf '#include <confuse.h>\n#include <security/pam_modules.h>\n' | \
		$(CC) -E -o /dev/null - 2>/dev/null || { \
		echo 'Missing: a C compiler, libconfuse or Linux-PAM headers.' \
		     'On Debian:' \
		     'apt-get install gcc libc6-dev libconfuse-dev libpam0g-dev' \
		     >&2; exit 1; }
	@mkdir -p $@

# Paths are compiled in: other variables, other objects.
$(BUILD)/flags: FORCE | $(BUILD)
	@echo '$(subst ','\'',$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS))' >$@.new
	@cmp -s $@.new $@ || cp $@.new $@; rm $@.new

$(BUILD)/%.o: pam_vns/%.c $(BUILD)/flags | $(BUILD)
	@mkdir -p $(@D)
	$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/libcommon.a: $(call rooms,$(COMMON))
$(BUILD)/libvns.a: $(call rooms,$(LIBRARY))
$(BUILD)/libtool.a: $(call rooms,$(TOOLBOX))
$(BUILD)/lib%.a:
	rm -f $@
	$(AR) rcs $@ $^

$(NSS): $(BUILD)/module/nss_vns.o pam_vns/module/nss_vns.map
	$(CC) -shared -o $@ $< $(ALL_LDFLAGS) -Wl,-soname,libnss_vns.so.2 \
		-Wl,-z,nodelete -Wl,--version-script,pam_vns/module/nss_vns.map

# It stays loaded, as the library that it belongs to does: su would otherwise
# unmap it twice, in the process that becomes the shell and at the end.
$(MODULE): $(BUILD)/module/pam_vns.o $(call rooms,module) \
		$(BUILD)/libcommon.a $(NSS) pam_vns/module/pam_vns.map
	$(CC) -shared -o $@ $(filter %.o %.a,$^) $(ALL_LDFLAGS) \
		-Wl,--no-undefined -Wl,-z,nodelete \
		-Wl,--version-script,pam_vns/module/pam_vns.map $(NSS) \
		-lpam

$(TOOLS): $(BUILD)/%: $(BUILD)/tool/%.o $(BUILD)/libtool.a $(BUILD)/libvns.a \
		$(BUILD)/libcommon.a
	$(CC) -pie -o $@ $^ $(ALL_LDFLAGS) -lconfuse

# Executed where no library of the host's is to be found; and by an id that may
# not read it, so that nobody inside may look into it (ptrace(2)). Where it has
# the system calls itself it needs no libc, and a page or two of memory.
INIT_ARCH = $(filter __x86_64__ __aarch64__,$(and \
	$(filter __LP64__,$(CC_DEFINES)),$(CC_DEFINES)))
INIT_FLAGS = $(if $(INIT_ARCH),-DVNS_INIT_BARE -ffreestanding \
	-fno-stack-protector -nostdlib)
$(INIT): CC_DEFINES = $(shell $(CC) $(CFLAGS) -dM -E -x c - </dev/null)
$(INIT): pam_vns/native/vns_init.c $(BUILD)/flags
	$(CC) $(ALL_CPPFLAGS) -std=gnu11 $(WARNINGS) $(HARDENING) $(CFLAGS) \
		$(INIT_FLAGS) -static -o $@ $< $(LDFLAGS) \
		-Wl,-z,now,-z,noexecstack,-z,noseparate-code

$(TRYPAM): $(BUILD)/pamd/vns_trypam.o
	$(CC) -pie -o $@ $^ $(ALL_LDFLAGS) -lpam

$(BUILD)/units/%: conf/systemd/% $(BUILD)/flags
	@mkdir -p $(@D)
	sed 's|/usr/sbin/|$(SBINDIR)/|; s|/etc/vns|$(SYSCONFDIR)/vns|' $< >$@

# Logins go on meanwhile: what they have mapped is not written to, and what they
# open is whole. So each file is written beside its name, all of them are on the
# disk, and then they are renamed: what the module needs, the module, the rest.
install: all
	install -d $(DESTDIR)$(PAMDIR) $(DESTDIR)$(SBINDIR) \
		$(DESTDIR)$(LIBEXECDIR) \
		$(DESTDIR)$(SYSCONFDIR)/vns/vservers \
		$(DESTDIR)$(MANDIR)/man5 $(DESTDIR)$(MANDIR)/man8 \
		$(DESTDIR)$(COMPDIR) $(DESTDIR)$(UNITDIR) \
		$(sort $(dir $(EXAMPLES:%=$(DESTDIR)$(DOCDIR)/examples/%)))
	@set -eu; new=; \
	trap 'rm -f $$new' EXIT; trap 'exit 1' HUP INT TERM; \
	stage() { \
		hidden=$${1%/*}/.$${1##*/}$(NEW); \
		rm -f "$$hidden"*; \
		new="$$new $$hidden$$$$"; \
	}; \
	put() { \
		mode=$$1 directory=$(DESTDIR)$$2; shift 2; \
		for file; do \
			stage "$$directory/$${file##*/}"; \
			install -m "$$mode" "$$file" "$${new##* }"; \
		done; \
	}; \
	put 755 $(SBINDIR) $(TOOLS); \
	put 711 $(LIBEXECDIR) $(INIT); \
	put 755 $(LIBEXECDIR) $(TRYPAM); \
	put 644 $(LIBDIR) $(NSS); \
	put 644 $(PAMDIR) $(MODULE); \
	put 644 $(MANDIR)/man8 $(MAN8:%=pam_vns/man/%); \
	put 644 $(MANDIR)/man5 $(MAN5:%=pam_vns/man/%); \
	put 644 $(COMPDIR) conf/completion/vns; \
	put 644 $(UNITDIR) $(UNITS:%=$(BUILD)/units/%); \
	for file in $(EXAMPLES); do \
		mode=644; test ! -x "conf/$$file" || mode=755; \
		put $$mode "$(DOCDIR)/examples/$$(dirname "$$file")" \
			"conf/$$file"; \
	done; \
	put 644 $(DOCDIR) README INSTALL NEWS SECURITY.md LICENSE; \
	test -e $(DESTDIR)$(SYSCONFDIR)/vns/pam_vns.conf || \
		put 644 $(SYSCONFDIR)/vns conf/pam_vns.conf; \
	sync $$new; \
	stage $(DESTDIR)$(COMPDIR)/vnamespace; \
	ln -s vns "$${new##* }"; \
	for file in $$new; do \
		name=$${file##*/.}; \
		mv -fT "$$file" "$${file%/*}/$${name%$(NEW)*}"; \
	done
	$(if $(DESTDIR),,sync $(LIBDIR) $(PAMDIR) $(SBINDIR) $(LIBEXECDIR))
	$(if $(DESTDIR),,ldconfig)
	@echo 'Installed. No file in /etc/pam.d was touched: see INSTALL.'
	@echo 'To renew the keeper after an upgrade: systemctl daemon-reload;' \
		'systemctl try-restart vns.service'

# Configuration stays: it is the administrator's. What needs others goes first.
uninstall:
	@! grep -rsl --exclude='*.dpkg-*' --exclude='*.rpm*' \
			'^[^#]*pam_vns\.so' $(DESTDIR)$(SYSCONFDIR)/pam.d || { \
		echo 'Take pam_vns.so out of these files first: a login' \
		     'through a missing module fails.' >&2; exit 1; }
	rm -f $(call installed,$(PAMDIR)/pam_vns.so)
	rm -f $(call installed,$(LIBDIR)/libnss_vns.so.2)
	rm -f $(call installed,$(SBINDIR)/vns $(SBINDIR)/vnamespace \
		$(COMPDIR)/vns $(COMPDIR)/vnamespace $(UNITS:%=$(UNITDIR)/%) \
		$(MAN8:%=$(MANDIR)/man8/%) $(MAN5:%=$(MANDIR)/man5/%))
	rm -f $(DESTDIR)$(SYSCONFDIR)/vns/.pam_vns.conf$(NEW)*
	rm -rf $(DESTDIR)$(DOCDIR) $(DESTDIR)$(LIBEXECDIR)
	$(if $(DESTDIR),,ldconfig)

demo:
	@tests/host/throwaway -s demo -- tests/host/demo

check:
	@$(if $(TESTS),tests/host/throwaway -s $(SET) -e CI="$(CI)" -- \
		tests/run $(TESTS),SET=$(SET) CI="$(CI)" tests/all)

quick:
	@SET=$(SET) CI="$(CI)" tests/all -q

coverage:
	@tests/host/throwaway -s ci -e CI="$(CI)" -e MISSED="$(MISSED)" -- \
		tests/coverage $(TESTS)

lint:
	@tests/host/throwaway -s ci -- tests/lint

bench:
	@tests/host/throwaway -s bench -- tests/bench/run

vm:
	@tests/vm/run $(if $(SMOKE),-s) $(if $(HOST),-H) $(SUITE)

# What is released is what git knows, or, where there is no git, all that there
# is. The same files make the same bytes, whoever packs them, when and where.
NAME = pam_vns-$(VERSION)
DIST = $(BUILD)/$(NAME).tar.xz
PACKAGING = conf/packaging
files = if test -e .git; then git ls-files -z; else \
	find . \( -path ./build -o -path './$(BUILD)' \) -prune -o -type f \
	-printf '%P\0'; fi | LC_ALL=C sort -z
dist:
	@mkdir -p $(BUILD)
	@set -eu; $(files) >$(BUILD)/files; test -s $(BUILD)/files; \
	tar -cf $(DIST).tar --null --no-recursion --format=gnu \
		--mtime='$(DATE) 00:00 UTC' --owner=0 --group=0 \
		--numeric-owner --mode=u=rwX,go=rX \
		--transform='s|^|$(NAME)/|' -T $(BUILD)/files; \
	env -u XZ_OPT -u XZ_DEFAULTS xz -6 -T1 <$(DIST).tar >$(DIST).new; \
	mv $(DIST).new $(DIST); rm $(DIST).tar $(BUILD)/files
	@echo '$(DIST)'

# What is unpacked builds, goes where DESTDIR says and away again, and then packs
# itself to the same bytes: there is nothing more and nothing less.
TRIAL = $(abspath $(BUILD)/distcheck)
TRY = $(MAKE) -C $(TRIAL)/$(NAME) BUILD=build
distcheck: dist
	rm -rf $(TRIAL)
	mkdir -p $(TRIAL)/root
	tar -C $(TRIAL) -xf $(DIST)
	$(TRY) all
	$(TRY) install DESTDIR=$(TRIAL)/root
	test -s $(TRIAL)/root$(PAMDIR)/pam_vns.so
	$(TRY) uninstall DESTDIR=$(TRIAL)/root
	rm $(TRIAL)/root$(SYSCONFDIR)/vns/pam_vns.conf
	find $(TRIAL)/root ! -type d | { ! grep .; }
	$(TRY) clean
	$(TRY) dist
	cmp $(TRIAL)/$(NAME)/build/$(NAME).tar.xz $(DIST)
	rm -rf $(TRIAL)
	@echo '$(DIST) is good.'

# Packages are made of the release, below $(BUILD), where all that is made stays.
# Their maintainer is who publishes them. $(1) is a file in which words in capitals
# stand for something, $(2) the format of the date.
MAINTAINER = The pam_vns authors <pam_vns@localhost.localdomain>
fill = sed -e 's/@VERSION@/$(VERSION)/; s/@MAINTAINER@/$(MAINTAINER)/' \
	-e "s/@DATE@/$$(LC_ALL=C date -u -d '$(DATE) 00:00 UTC' '+$(2)')/" \
	-e '/^@BEFORE-REMOVAL@$$/{r $(PACKAGING)/before-removal.sh' -e 'd}' \
	-e '/^@OLD-KEEPER@$$/{r $(PACKAGING)/old-keeper.sh' -e 'd}' $(1)
# Of what is said to this make, what it passes on is in the files.
plain = env -u MAKEFLAGS -u MAKEOVERRIDES -u MFLAGS -u MAKELEVEL

DEB = $(BUILD)/deb
deb: dist
	@{ command -v dh && command -v dpkg-buildpackage; } >/dev/null || { echo 'Missing:' \
		'debhelper. Run: apt-get install debhelper' >&2; exit 1; }
	rm -rf $(DEB)
	mkdir -p $(DEB)
	tar -C $(DEB) -xf $(DIST)
	cp -R $(PACKAGING)/debian $(DEB)/$(NAME)/debian
	@set -eu; cd $(DEB)/$(NAME); \
	mv debian/changelog.in debian/changelog; \
	for file in debian/control debian/changelog debian/*.p*inst \
			debian/*.p*rm; do \
		$(call fill,"$$file",%a$(comma) %d %b %Y %T +0000) >$(NAME).new; \
		mv $(NAME).new "$$file"; \
	done
	cd $(DEB)/$(NAME) && $(plain) dpkg-buildpackage -b -us -uc -d
	rm -rf $(DEB)/$(NAME)
	@ls $(DEB)/*.deb

# On Debian, rpmbuild knows nothing of the packages that are installed.
RPM = $(BUILD)/rpm
rpm: dist
	@command -v rpmbuild >/dev/null || { echo 'Missing: rpmbuild.' \
		'It is in the package rpm-build, on Debian in rpm' >&2; exit 1; }
	rm -rf $(RPM)
	mkdir -p $(RPM)
	$(call fill,$(PACKAGING)/rpm/pam_vns.spec.in,%a %b %d %Y) \
		>$(RPM)/pam_vns.spec
	$(plain) rpmbuild -bb $(if $(wildcard /etc/debian_version),--nodeps) \
		--define '_sourcedir $(abspath $(BUILD))' \
		--define '_topdir $(abspath $(RPM))/work' \
		--define '_rpmdir $(abspath $(RPM))' \
		--define '_build_name_fmt %%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm' \
		$(RPM)/pam_vns.spec
	rm -rf $(RPM)/work
	@ls $(RPM)/*.rpm

clean:
	rm -rf $(BUILD)

help:
	@echo 'all install uninstall clean: as usual; DESTDIR, PREFIX, LIBDIR'
	@echo 'deb rpm: packages, in build/deb and build/rpm'
	@echo 'dist distcheck: the sources as build/pam_vns-VERSION.tar.xz; and a'
	@echo '       try whether they build, install and uninstall'
	@echo 'demo:  log in to a vserver with ssh and su, on a throwaway host'
	@echo 'check: every test, on a throwaway host; or TESTS="login/ ssh hook"'
	@echo 'quick: the same without sanitizers, races and injected faults'
	@echo 'lint bench: linters; measurements'
	@echo 'coverage: what the tests reach of pam_vns/, by file; MISSED=1:'
	@echo '       each line that has something that they do not reach, too'
	@echo 'vm:    a booted Debian, with its kernel and systemd, in qemu:'
	@echo '       SUITE=bookworm or trixie; SMOKE=1: in short; HOST=1: the'
	@echo '       tests of "make check" that need no network in there, too'

.PHONY: all install uninstall demo check quick coverage lint bench vm dist \
	distcheck deb rpm clean help FORCE

-include $(OBJECTS:.o=.d)

# Two commands are all a newcomer needs: `make serve` and `make test`. The rest is for those who build.

ATLAS  ?= .
LISTEN ?= 127.0.0.1:3000

.PHONY: serve build test test-rust test-web test-browser check bench page tools chromium clean

## serve: build the page and the binary, serve the bundled atlas
serve: build
	target/release/kreisel serve $(ATLAS) --listen $(LISTEN)

## build: the release binary, with the page inside
build: page
	cargo build --release --locked

## test: install what the tests need and run all of them
test: test-web test-rust test-browser

test-rust: page
	scripts/reference-tools.sh
	KREISEL_PYTHON="$(CURDIR)/.venv/bin/python" cargo test --locked

test-web: web/node_modules
	cd web && npm run check && npm run lint && npm test

test-browser: page chromium
	cargo build --locked
	scripts/browser-tests.sh

## check: format, lints and policy
check: page
	cargo fmt --check
	cargo clippy --locked --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings -A rustdoc::private_intra_doc_links" cargo doc --locked --no-deps --document-private-items
	@if command -v cargo-deny >/dev/null; then cargo deny --offline check licenses bans sources; \
	else echo "cargo-deny is not installed: licences and bans were not checked (cargo install cargo-deny)"; fi

## bench: all benches (see docs/performance.md)
bench: page
	cargo bench --locked

page: tools web/dist/index.html

web/node_modules: web/package-lock.json | tools
	cd web && npm ci --no-audit --no-fund
	@touch web/node_modules

web/dist/index.html: web/node_modules $(shell find web/src web/index.html web/vite.config.ts -type f 2>/dev/null)
	cd web && npm run build && npm run size

tools:
	@scripts/check-tools.sh

chromium:
	@scripts/install-chromium.sh

clean:
	rm -rf target web/dist web/node_modules

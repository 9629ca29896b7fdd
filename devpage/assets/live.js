// The connection to the server: one EventSource, closed while nobody looks.
// Browsers allow six connections to a host over HTTP/1.1, and the app under
// development wants those.

const silence = 25000; // how long a live stream may say nothing, in milliseconds
const patience = 800; // how long a lost stream is not spoken of
const delays = [250, 500, 1000, 2000]; // before each new try

// follow calls state(sections), log(lines, instance), phase("live" | "gone") and
// assets(hash) as they come. clock.skew is how far the server's clock is ahead.
export function follow(url, on) {
  let source = null;
  let tries = 0;
  let watchdog, retry, grief;

  function open() {
    close();
    source = new EventSource(url);
    const heard = (name, f) =>
      source.addEventListener(name, (event) => {
        alive();
        f(JSON.parse(event.data));
      });
    heard("hello", (hello) => on.assets(hello.assets));
    heard("state", (sections) => on.state(sections));
    heard("log", (lines) => on.log(lines));
    heard("beat", (time) => (clock.skew = Date.parse(time) - Date.now()));
    source.addEventListener("error", lost);
    watch();
  }

  function alive() {
    tries = 0;
    clearTimeout(grief);
    grief = undefined;
    on.phase("live");
    watch();
  }

  function watch() {
    clearTimeout(watchdog);
    watchdog = setTimeout(lost, silence);
  }

  function lost() {
    close();
    if (document.hidden) return;
    grief ??= setTimeout(() => on.phase("gone"), patience);
    retry = setTimeout(open, delays[Math.min(tries++, delays.length - 1)]);
  }

  function close() {
    clearTimeout(watchdog);
    clearTimeout(retry);
    source?.close();
    source = null;
  }

  function look() {
    clearTimeout(grief);
    grief = undefined;
    if (document.hidden) close();
    else open();
  }
  document.addEventListener("visibilitychange", look);
  addEventListener("pagehide", close);
  addEventListener("pageshow", (event) => event.persisted && look());
  look();
}

export const clock = {
  skew: 0,
  now: () => Date.now() + clock.skew,
};

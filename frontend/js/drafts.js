// What was typed and not sent, kept in this browser for a day. A draft stays one report: it is kept under the key of
// the form that it was typed on.

const START = 'ldis-draft '
const LONGEST = 24 * 60 * 60 * 1000
const PRESSED = 'ldis-pressed'

/** A browser may forbid keeping anything; then nothing is kept and everything else works. */
function allowed (act, otherwise) {
  try {
    return act()
  } catch {
    return otherwise
  }
}

function drafts () {
  return Object.keys(localStorage)
    .filter(name => name.startsWith(START))
    .map(name => ({ name, ...JSON.parse(localStorage.getItem(name)) }))
}

/** Keep what is typed on a form. It promises nothing where the browser does not. Answers whether it is kept. */
export function keepDraft ({ path, key, day, fields }) {
  return allowed(() => {
    localStorage.setItem(START + key, JSON.stringify({ path, key, day, fields, at: Date.now() }))
    return true
  }, false)
}

/** The newest draft of a form, if there is one. */
export function newestDraft (path) {
  return allowed(() => drafts().filter(one => one.path === path).sort((a, b) => b.at - a.at)[0])
}

/** Remove the draft of a report. */
export function forgetDraft (key) {
  allowed(() => localStorage.removeItem(START + key))
}

/** Remove what is older than a day: phones are shared. */
export function forgetOldDrafts () {
  allowed(() => {
    for (const old of drafts()) if (Date.now() - old.at > LONGEST) localStorage.removeItem(old.name)
  })
}

/** Remember in this tab which report is on its way. */
export const rememberPressed = key => allowed(() => sessionStorage.setItem(PRESSED, key))

/** The report that was on its way, told once. */
export function takePressed () {
  return allowed(() => {
    const key = sessionStorage.getItem(PRESSED)
    sessionStorage.removeItem(PRESSED)
    return key
  })
}

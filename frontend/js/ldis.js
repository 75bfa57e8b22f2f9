// Brings every page to life. Every page works without it.

import { initAll } from './govuk-frontend.js'
import { isReportForm, referenceIn } from './addresses.js'
import { busyWhenPressed } from './busy.js'
import { countAsChosen } from './counting.js'
import { keepTyped } from './draft-form.js'
import { forgetDraft, forgetOldDrafts, takePressed } from './drafts.js'
import { keepFresh } from './freshness.js'
import { keepThisForm, sendWithoutSignal } from './no-signal.js'
import { moveBetweenRows } from './rows.js'
import { previewAsWritten } from './preview.js'
import { listSaved } from './saved-page.js'
import { offerNames } from './suggestions.js'
import { showWaiting } from './waiting-bar.js'
import { savedReports } from './waiting.js'
import { warnBeside } from './warnings.js'

initAll()

for (const button of document.querySelectorAll('[data-print]')) {
  button.hidden = false
  button.addEventListener('click', () => window.print())
}

forgetOldDrafts()
if (referenceIn(location.pathname)) forgetDraft(takePressed())

for (const field of document.querySelectorAll('[data-offers-names]')) offerNames(field)
for (const field of document.querySelectorAll('[data-names-nobody]')) warnBeside(field)
for (const form of document.querySelectorAll('[data-counts]')) countAsChosen(form)
for (const form of document.querySelectorAll('[data-previews]')) previewAsWritten(form)
for (const part of document.querySelectorAll('[data-stays-fresh]')) keepFresh(part)
moveBetweenRows()

// what waits or was sent is no draft any more
const settled = savedReports().then(all => all.forEach(({ key }) => forgetDraft(key))).catch(() => {})

const reporting = [...document.querySelectorAll('input[name=submission_key]')].map(key => key.form)
if (isReportForm(location.pathname) && reporting.length) {
  for (const form of reporting) {
    if (form.querySelector('input[type=radio], textarea')) keepTyped(form, settled) // not where answers are only checked
    sendWithoutSignal(form)
    busyWhenPressed(form)
  }
  keepThisForm().catch(() => {}) // the browser may forbid it; the form works without
}

withoutStorage(async () => {
  const list = document.querySelector('[data-saved-reports]')
  if (list) await listSaved(list)
  await showWaiting()
})

/** Some browsers keep nothing, by choice of their owner: then nothing can wait either. */
function withoutStorage (act) {
  act().catch(problem => console.debug(problem))
}

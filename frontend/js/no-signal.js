// Lets a report form open and be sent where there is no signal.

import { onlyLooks } from './addresses.js'
import { saveReport } from './waiting.js'
import { element } from './elements.js'

/** Start the worker, and have it keep this form for the next time. */
export async function keepThisForm () {
  if (!('serviceWorker' in navigator)) return
  await navigator.serviceWorker.register('/service-worker.js')
  const { active } = await navigator.serviceWorker.ready
  active.postMessage({ keep: location.pathname })
}

/** On a first visit no worker looks after the page yet: save what is sent without signal ourselves. */
export function saveWithoutWorker (form) {
  form.addEventListener('submit', async event => {
    const body = new FormData(form, event.submitter)
    if (navigator.onLine || navigator.serviceWorker?.controller || onlyLooks(body)) return
    event.preventDefault()
    await saveReport(location.pathname + location.search, body)
    const heading = element('h1', { class: 'govuk-heading-l', tabindex: '-1' }, 'Saved on this phone')
    const words = 'It will be sent when there is signal. Keep this page open, or open it again later.'
    document.querySelector('main').replaceChildren(heading, element('p', { class: 'govuk-body' }, words))
    heading.focus()
  })
}

// Lets a report form open and be sent where there is no signal.

import { onlyLooks } from './addresses.js'
import { element } from './elements.js'
import { allAnswered } from './needed.js'
import { saveReport } from './waiting.js'

/** Start the worker, and have it keep this form for the next time. */
export async function keepThisForm () {
  if (!('serviceWorker' in navigator)) return
  await navigator.serviceWorker.register('/service-worker.js')
  const { active } = await navigator.serviceWorker.ready
  active.postMessage({ keep: location.pathname })
}

/** Where there is no signal, see that nothing is missing; and save the form, if no worker does it yet. */
export function sendWithoutSignal (form) {
  form.addEventListener('submit', event => {
    const body = new FormData(form, event.submitter)
    if (navigator.onLine || onlyLooks(body)) return
    if (!allAnswered(form)) {
      event.preventDefault()
    } else if (!navigator.serviceWorker?.controller) {
      event.preventDefault()
      saveReport(location.pathname + location.search, body).then(saySaved)
    }
  })
}

function saySaved () {
  const heading = element('h1', { class: 'govuk-heading-l', tabindex: '-1' }, 'Saved on this phone')
  const words = 'It will be sent when there is signal. Keep this page open, or open it again later.'
  document.querySelector('main').replaceChildren(heading, element('p', { class: 'govuk-body' }, words))
  heading.focus()
}

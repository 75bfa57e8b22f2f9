// Brings GOV.UK Frontend's components to life. Every page works without it.
import { initAll } from './govuk-frontend.js'

initAll()

for (const button of document.querySelectorAll('[data-print]')) {
  button.hidden = false
  button.addEventListener('click', () => window.print())
}

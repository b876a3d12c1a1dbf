/** To the page of a trajectory, which the script of the report draws. */
export function trajectoryLink(key: string): string {
  return ` <a class="needs-script every" href="#trajectory=${key.slice(0, 16)}">every iteration</a>`;
}

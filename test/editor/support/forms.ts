import type { UiSession } from '../pages/ui.ts';
import { eventually } from '../pages/wait.ts';

/** Fills the fields of an open form, by their labels, and goes ahead. */
export async function fillForm(
  session: UiSession,
  title: RegExp,
  fields: Record<string, string>,
  go: string,
): Promise<void> {
  const { workbench } = session.ui();
  await workbench.question(title);
  for (const [field, value] of Object.entries(fields)) {
    await workbench.pick(field);
    await workbench.question(new RegExp(`: ${field}`));
    await workbench.answer(value);
    await workbench.question(title);
  }
  await workbench.pick(go);
}

/** Turns a switch of the open form on, and waits for the form that says so: what is chosen in the one of before is lost. */
export async function turnOn(session: UiSession, label: string): Promise<void> {
  const { workbench } = session.ui();
  await workbench.search(label);
  await eventually(`${label} to be on`, async () => {
    const choices = await workbench.choices();
    if (choices.some((one) => one.startsWith(label) && /\byes\b/.test(one))) return true;
    throw new Error(choices.join('\n'));
  });
}

/** Opens the Dockerfile of a folder, `FOLDER/FOLDER.Dockerfile`, and builds it by its form. */
export async function buildFolder(
  session: UiSession,
  folder: string,
  fields: Record<string, string>,
): Promise<void> {
  const { workbench } = session.ui();
  await workbench.open(`${folder}/${folder}.Dockerfile`);
  await workbench.run('Stevedore Images: Build Image…');
  await fillForm(session, new RegExp(`^Build ${folder}/${folder}.Dockerfile$`), fields, 'Build');
}

/** The page of the documentation that shows the example report. @param report Markdown, as the comment has it. */
export function previewExampleText(report: string): string {
  return `${INTRODUCTION}\n${report}`;
}

const INTRODUCTION = `# A preview, as a reviewer sees it

<!-- Written by scripts/update-preview-example.ts. -->

The pull request moves K3s by a minor, shrinks the volume of the database, opens its NetworkPolicy to everybody, and changes three images, in two environments. Below
the line is the comment, as it stands on GitHub, Gitea and Forgejo. The same report as one HTML file:

![The page on a desktop: verdict, environments by risk, and the risks](desktop.png)

![The page on a phone, dark](phone.png)

---
`;

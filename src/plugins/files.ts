/** Opens files with profiles in them from the file browser. */
import { ILayoutRestorer } from '@jupyterlab/application';
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { InputDialog, WidgetTracker } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import {
  ABCWidgetFactory,
  DocumentWidget,
  TextModelFactory
} from '@jupyterlab/docregistry';
import type {
  DocumentRegistry,
  IDocumentWidget
} from '@jupyterlab/docregistry';
import type { Contents } from '@jupyterlab/services';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Message } from '@lumino/messaging';
import { openFile, type IFileChoice } from '../server/open';
import { browserMemory, type IStateMemory } from '../views/memory';
import { MissingFileButton, PartChooser } from '../widgets/fileTools';
import { profileIcon } from '../widgets/icon';
import { ProfileFile } from '../widgets/profileFile';
import { fileTypes } from './fileTypes';
import { CommandIDs, DOMAIN, PACKAGE } from './ids';
import { surroundings } from './surroundings';

const FACTORY = 'Profile';
const MODEL = 'nativeprofile-file';
/** The drives whose files lie in the server's folder: its own, and that of collaboration. */
const OWN_DRIVES = new Set(['', 'RTC']);
const ANY: IFileChoice = { part: null, beside: {} };

type FileWidget = IDocumentWidget<ProfileFile>;
type Context = DocumentRegistry.IContext<DocumentRegistry.IModel>;

/** A document whose content stays on the server, which reads it. */
class UnreadModelFactory extends TextModelFactory {
  override get name(): string {
    return MODEL;
  }

  override get fileFormat(): Contents.FileFormat {
    return null;
  }

  override createNew(
    options?: Parameters<TextModelFactory['createNew']>[0]
  ): ReturnType<TextModelFactory['createNew']> {
    const model = super.createNew(options);
    // What was never loaded must not be saved.
    model.readOnly = true;
    return model;
  }
}

/** A tab that looks, whenever it is shown again, whether the file is another one. */
class FileDocument extends DocumentWidget<ProfileFile> {
  constructor(
    options: DocumentWidget.IOptions<ProfileFile>,
    private readonly contents: Contents.IManager
  ) {
    super(options);
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    void this._look();
  }

  private async _look(): Promise<void> {
    const { context } = this;
    const known = context.contentsModel?.last_modified;
    const now = await this.contents
      .get(context.path, { content: false })
      .catch(() => null);
    if (known && now && now.last_modified !== known && !this.isDisposed) {
      await context.revert();
    }
  }
}

class ProfileFileFactory extends ABCWidgetFactory<FileWidget> {
  constructor(
    options: DocumentRegistry.IWidgetFactoryOptions<FileWidget>,
    private readonly make: (context: Context) => ProfileFile,
    private readonly contents: Contents.IManager
  ) {
    super(options);
  }

  protected createNewWidget(context: Context): FileWidget {
    const content = this.make(context);
    const widget = new FileDocument({ content, context }, this.contents);
    const { title, toolbar } = widget;
    title.icon = profileIcon;
    const show = (): void =>
      toolbar.setHidden(content.parts.length < 2 && !content.needs);
    content.changed.connect(show);
    show();
    void context.ready.then(() => {
      context.fileChanged.connect(() => void content.load());
      return content.load();
    });
    return widget;
  }
}

/** Adds the file types, "Open With > Profile", and the command that does so. */
export const filesPlugin: JupyterFrontEndPlugin<void> = {
  id: `${PACKAGE}:files`,
  description: 'Opens files with profiles in them.',
  autoStart: true,
  optional: [ILayoutRestorer, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    restorer: ILayoutRestorer | null,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const { commands, docRegistry, serviceManager } = app;
    const { contents, serverSettings } = serviceManager;
    const tracker = new WidgetTracker<FileWidget>({
      namespace: 'nativeprofile-files'
    });
    /** How files are to be read that the command opens. */
    const choices = new Map<string, IFileChoice>();

    const make = (context: Context): ProfileFile => {
      const choice = choices.get(context.path) ?? ANY;
      choices.delete(context.path);
      const name = (): string => PathExt.basename(context.path);
      const content: ProfileFile = new ProfileFile({
        trans,
        choice,
        name,
        read: (choice, signal) => {
          const { path } = context;
          if (!OWN_DRIVES.has(contents.driveName(path))) {
            throw new Error(
              trans.__('%1 lies on a drive that the server cannot read.', path)
            );
          }
          const local = contents.localPath(path);
          return openFile(serverSettings, local, choice, signal);
        },
        env: {
          ...surroundings(commands, serverSettings, trans, {
            message: () => content.message,
            panel: () => null
          }),
          // A line of a file has no cell, and no notebook a link could open.
          revealLine: undefined,
          link: undefined,
          showPart: part => void content.choose({ part }),
          memory: memoryOf(() => context.path),
          comparable: () =>
            tracker
              .filter(other => other.content !== content)
              .map(({ content, context }) => ({
                group: 'file',
                message: content.message,
                file: PathExt.basename(context.path)
              }))
        }
      });
      return content;
    };

    const types = fileTypes(trans);
    types.forEach(type => docRegistry.addFileType(type));
    docRegistry.addModelFactory(new UnreadModelFactory());
    const names = types.map(({ name }) => name);
    const factory = new ProfileFileFactory(
      {
        name: FACTORY,
        label: trans.__('Profile'),
        modelName: MODEL,
        fileTypes: names,
        defaultFor: names,
        readOnly: true,
        translator: translator ?? undefined,
        toolbarFactory: ({ content, context }) => [
          { name: 'part', widget: new PartChooser(content, trans) },
          {
            name: 'missing',
            widget: new MissingFileButton(content, trans, before =>
              askForProgram(context.path, before, trans)
            )
          }
        ]
      },
      make,
      contents
    );
    docRegistry.addWidgetFactory(factory);
    factory.widgetCreated.connect((_, widget) => {
      widget.content.changed.connect(() => void tracker.save(widget));
      widget.context.pathChanged.connect(() => void tracker.save(widget));
      void tracker.add(widget);
    });

    commands.addCommand(CommandIDs.openFile, {
      label: trans.__('Open Profile'),
      execute: args => {
        const { path, part, beside } = args as unknown as {
          path: string;
        } & Partial<IFileChoice>;
        choices.set(path, { part: part ?? null, beside: beside ?? {} });
        return commands.execute('docmanager:open', { path, factory: FACTORY });
      }
    });
    void restorer?.restore(tracker, {
      command: CommandIDs.openFile,
      args: ({ content, context }) => ({
        path: context.path,
        ...content.choice
      }),
      name: ({ context }) => context.path
    });
  }
};

/** The browser's memory, in which files of one name in two folders are two. */
function memoryOf(path: () => string): IStateMemory {
  return {
    read: key => browserMemory.read(`${path()} ${key}`),
    write: (key, state) => browserMemory.write(`${path()} ${key}`, state)
  };
}

/** The path of a program: `before`, else beside the file, unless the user says another. */
async function askForProgram(
  path: string,
  before: string | undefined,
  trans: TranslationBundle
): Promise<string | null> {
  const folder = PathExt.dirname(path);
  const { value } = await InputDialog.getText({
    title: trans.__('Which program wrote %1?', PathExt.basename(path)),
    label: trans.__(
      'Its path, from the folder that the file browser begins in'
    ),
    text: before ?? (folder ? `${folder}/` : ''),
    okLabel: trans.__('Open')
  });
  return value?.trim() || null;
}

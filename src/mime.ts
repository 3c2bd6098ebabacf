/** The MIME extension: small, the viewer itself is loaded by the first profile. */
import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { MIME_TYPE } from './format/types';
import { ProfileRenderer } from './widgets/renderer';

const extension: IRenderMime.IExtension = {
  id: 'jupyterlab-nativeprofile:mime',
  description: 'Shows the profile of a cell.',
  rendererFactory: {
    // Data only: nothing of an output is ever run, so untrusted ones show too.
    safe: true,
    mimeTypes: [MIME_TYPE],
    defaultRank: 40,
    createRenderer: options => new ProfileRenderer(options)
  },
  rank: 40,
  dataType: 'json',
  fileTypes: [
    {
      name: 'nativeprofile',
      displayName: 'Native profile',
      extensions: ['.nativeprofile.json'],
      mimeTypes: [MIME_TYPE],
      fileFormat: 'json'
    }
  ],
  documentWidgetFactoryOptions: {
    name: 'Native profile',
    primaryFileType: 'nativeprofile',
    fileTypes: ['nativeprofile'],
    defaultFor: ['nativeprofile']
  }
};

export default extension;

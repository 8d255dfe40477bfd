{
  # NAPI_VERSION 9 is what Node 20 speaks; one build serves it and every later release.
  'target_defaults': {
    'dependencies': ["<!(node -p \"require('node-addon-api').targets\"):node_addon_api_except"],
    'defines': ['NAPI_VERSION=9'],
    'include_dirs': ['.'],
    'cflags_cc!': ['-std=gnu++17', '-std=gnu++20'],
    'cflags_cc': ['-std=c++20', '-Wall', '-Wextra', '-Werror'],
  },
  'targets': [
    {
      'target_name': 'os',
      'sources': [
        'os/module.cc',
        'os/credentials.cc',
        'os/lock.cc',
        'os/move.cc',
        'os/notify.cc',
        'os/open.cc',
        'os/page-offset.cc',
        'os/path-string.cc',
        'os/read-whole.cc',
        'os/stat.cc', 'os/attributes.cc',
        'os/uevents.cc',
      ],
    },
    {
      'target_name': 'sg',
      'sources': ['sg/module.cc', 'sg/aligned-buffer.cc', 'sg/command.cc', 'sg/device.cc', 'sg/device-thread.cc', 'sg/errand.cc'],
    },
  ],
}

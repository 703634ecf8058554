/** Names of zones in January and in July of 2020, where Java has one and Intl has not, with the regions that bear them. */
const REGIONS: Readonly<Record<string, string>> = {
  'ACDT/ACST': 'Australia/Adelaide Australia/Broken_Hill Australia/South Australia/Yancowinna',
  'ACST/ACST': 'Australia/Darwin Australia/North',
  'ACT/ACT': 'America/Eirunepe America/Porto_Acre America/Rio_Branco Brazil/Acre',
  'ACWST/ACWST': 'Australia/Eucla',
  'AEDT/AEST':
    'Antarctica/Macquarie Australia/ACT Australia/Canberra Australia/Currie Australia/Hobart ' +
    'Australia/Melbourne Australia/NSW Australia/Sydney Australia/Tasmania Australia/Victoria',
  'AEST/AEST': 'Australia/Brisbane Australia/Lindeman Australia/Queensland',
  'AFT/AFT': 'Asia/Kabul',
  'AKST/AKDT': 'SystemV/YST9YDT',
  'AKST/AKST': 'SystemV/YST9',
  'ALMT/ALMT': 'Asia/Almaty',
  'AMT/AMT':
    'America/Boa_Vista America/Campo_Grande America/Cuiaba America/Manaus America/Porto_Velho ' +
    'Asia/Yerevan Brazil/West',
  'ANAT/ANAT': 'Asia/Anadyr',
  'AQTT/AQTT': 'Asia/Aqtau Asia/Aqtobe',
  'ART/ART':
    'America/Argentina/Buenos_Aires America/Argentina/Catamarca America/Argentina/ComodRivadavia ' +
    'America/Argentina/Cordoba America/Argentina/Jujuy America/Argentina/La_Rioja ' +
    'America/Argentina/Mendoza America/Argentina/Rio_Gallegos America/Argentina/Salta ' +
    'America/Argentina/San_Juan America/Argentina/San_Luis America/Argentina/Tucuman ' +
    'America/Argentina/Ushuaia America/Buenos_Aires America/Catamarca America/Cordoba America/Jujuy ' +
    'America/Mendoza America/Rosario',
  'AST/ADT': 'SystemV/AST4ADT',
  'AST/AST': 'Asia/Aden Asia/Baghdad Asia/Bahrain Asia/Kuwait Asia/Qatar Asia/Riyadh SystemV/AST4',
  'AWST/AWST': 'Antarctica/Casey Australia/Perth Australia/West',
  'AZOT/AZOST': 'Atlantic/Azores',
  'AZT/AZT': 'Asia/Baku',
  'BDT/BDT': 'Asia/Dacca Asia/Dhaka',
  'BNT/BNT': 'Asia/Brunei',
  'BOT/BOT': 'America/La_Paz',
  'BRT/BRT':
    'America/Araguaina America/Bahia America/Belem America/Fortaleza America/Maceio America/Recife ' +
    'America/Santarem America/Sao_Paulo Brazil/East',
  'BST/BST': 'Pacific/Bougainville',
  'BTT/BTT': 'Asia/Thimbu Asia/Thimphu',
  'CAT/CAT':
    'Africa/Blantyre Africa/Bujumbura Africa/Gaborone Africa/Harare Africa/Juba Africa/Khartoum ' +
    'Africa/Kigali Africa/Lubumbashi Africa/Lusaka Africa/Maputo',
  'CCT/CCT': 'Indian/Cocos',
  'CET/CEST':
    'Africa/Ceuta Arctic/Longyearbyen Atlantic/Jan_Mayen CET Europe/Amsterdam Europe/Andorra ' +
    'Europe/Belgrade Europe/Berlin Europe/Bratislava Europe/Brussels Europe/Budapest Europe/Busingen ' +
    'Europe/Copenhagen Europe/Gibraltar Europe/Ljubljana Europe/Luxembourg Europe/Madrid ' +
    'Europe/Malta Europe/Monaco Europe/Oslo Europe/Paris Europe/Podgorica Europe/Prague Europe/Rome ' +
    'Europe/San_Marino Europe/Sarajevo Europe/Skopje Europe/Stockholm Europe/Tirane Europe/Vaduz ' +
    'Europe/Vatican Europe/Vienna Europe/Warsaw Europe/Zagreb Europe/Zurich Poland',
  'CET/CET': 'Africa/Algiers Africa/Tunis',
  'CHADT/CHAST': 'NZ-CHAT Pacific/Chatham',
  'CHOT/CHOT': 'Asia/Choibalsan',
  'CHUT/CHUT': 'Pacific/Chuuk Pacific/Truk Pacific/Yap',
  'CKT/CKT': 'Pacific/Rarotonga',
  'CLST/CLT': 'America/Santiago Chile/Continental',
  'CLT/CLT': 'Antarctica/Palmer',
  'COT/COT': 'America/Bogota',
  'CST/CDT': 'America/Chihuahua America/Havana America/Ojinaga Cuba SystemV/CST6CDT',
  'CST/CST':
    'Asia/Chongqing Asia/Chungking Asia/Harbin Asia/Macao Asia/Macau Asia/Shanghai Asia/Taipei PRC ' +
    'SystemV/CST6',
  'CVT/CVT': 'Atlantic/Cape_Verde',
  'CXT/CXT': 'Indian/Christmas',
  'ChST/ChST': 'Pacific/Guam Pacific/Saipan',
  'DAVT/DAVT': 'Antarctica/Davis',
  'DDUT/DDUT': 'Antarctica/DumontDUrville',
  'EASST/EAST': 'Chile/EasterIsland Pacific/Easter',
  'EAT/EAT':
    'Africa/Addis_Ababa Africa/Asmara Africa/Asmera Africa/Dar_es_Salaam Africa/Djibouti ' +
    'Africa/Kampala Africa/Mogadishu Africa/Nairobi Indian/Antananarivo Indian/Comoro Indian/Mayotte',
  'ECT/ECT': 'America/Guayaquil',
  'EET/EEST':
    'Asia/Amman Asia/Beirut Asia/Damascus Asia/Famagusta Asia/Gaza Asia/Hebron Asia/Nicosia EET ' +
    'Europe/Athens Europe/Bucharest Europe/Chisinau Europe/Helsinki Europe/Kiev Europe/Kyiv ' +
    'Europe/Mariehamn Europe/Nicosia Europe/Riga Europe/Sofia Europe/Tallinn Europe/Tiraspol ' +
    'Europe/Uzhgorod Europe/Vilnius Europe/Zaporozhye',
  'EET/EET': 'Africa/Cairo Africa/Tripoli Egypt Europe/Kaliningrad Libya',
  'EGT/EGST': 'America/Scoresbysund',
  'EST/EDT': 'SystemV/EST5EDT',
  'EST/EST': 'SystemV/EST5',
  'FJT/FJT': 'Pacific/Fiji',
  'FKT/FKT': 'Atlantic/Stanley',
  'FNT/FNT': 'America/Noronha Brazil/DeNoronha',
  'GALT/GALT': 'Pacific/Galapagos',
  'GAMT/GAMT': 'Pacific/Gambier',
  'GET/GET': 'Asia/Tbilisi',
  'GFT/GFT': 'America/Cayenne',
  'GILT/GILT': 'Pacific/Tarawa',
  'GMT/BST': 'Europe/Belfast Europe/Guernsey Europe/Isle_of_Man Europe/Jersey Europe/London GB GB-Eire',
  'GMT/CEST': 'Antarctica/Troll',
  'GMT/GMT': 'Etc/GMT GMT GMT0',
  'GMT/IST': 'Eire Europe/Dublin',
  'GST/GST': 'Asia/Dubai Asia/Muscat Atlantic/South_Georgia',
  'GYT/GYT': 'America/Guyana',
  'HAST/HAST': 'Pacific/Johnston',
  'HKT/HKT': 'Asia/Hong_Kong Hongkong',
  'HOVT/HOVT': 'Asia/Hovd',
  'HST/HST': 'SystemV/HST10',
  'ICT/ICT': 'Asia/Bangkok Asia/Ho_Chi_Minh Asia/Phnom_Penh Asia/Saigon Asia/Vientiane',
  'IOT/IOT': 'Indian/Chagos',
  'IRKT/IRKT': 'Asia/Irkutsk',
  'IRST/IRDT': 'Asia/Tehran Iran',
  'IST/IDT': 'Asia/Jerusalem Asia/Tel_Aviv Israel',
  'IST/IST': 'Asia/Calcutta Asia/Colombo Asia/Kolkata',
  'JST/JST': 'Asia/Tokyo Japan',
  'KGT/KGT': 'Asia/Bishkek',
  'KOST/KOST': 'Pacific/Kosrae',
  'KRAT/KRAT': 'Asia/Krasnoyarsk Asia/Novokuznetsk',
  'KST/KST': 'Asia/Pyongyang Asia/Seoul ROK',
  'LHDT/LHST': 'Australia/LHI Australia/Lord_Howe',
  'LINT/LINT': 'Pacific/Kiritimati',
  'MAGT/MAGT': 'Asia/Magadan',
  'MART/MART': 'Pacific/Marquesas',
  'MAWT/MAWT': 'Antarctica/Mawson',
  'MET/MEST': 'MET',
  'MHT/MHT': 'Kwajalein Pacific/Kwajalein Pacific/Majuro',
  'MMT/MMT': 'Asia/Rangoon Asia/Yangon',
  'MSK/MSK': 'Europe/Kirov Europe/Minsk Europe/Moscow Europe/Simferopol Europe/Volgograd W-SU',
  'MST/MDT':
    'America/Ciudad_Juarez America/Dawson America/Mazatlan America/Whitehorse Canada/Yukon ' +
    'Mexico/BajaSur SystemV/MST7MDT',
  'MST/MST': 'America/Hermosillo SystemV/MST7',
  'MUT/MUT': 'Indian/Mauritius',
  'MVT/MVT': 'Indian/Maldives',
  'MYT/MYT': 'Asia/Kuala_Lumpur Asia/Kuching',
  'NCT/NCT': 'Pacific/Noumea',
  'NFST/NFT': 'Pacific/Norfolk',
  'NOVT/NOVT': 'Asia/Novosibirsk',
  'NPT/NPT': 'Asia/Kathmandu Asia/Katmandu',
  'NRT/NRT': 'Pacific/Nauru',
  'NST/NDT': 'America/St_Johns Canada/Newfoundland',
  'NUT/NUT': 'Pacific/Niue',
  'NZDT/NZST': 'Antarctica/McMurdo Antarctica/South_Pole NZ Pacific/Auckland',
  'OMST/OMST': 'Asia/Omsk',
  'ORAT/ORAT': 'Asia/Oral',
  'PET/PET': 'America/Lima',
  'PETT/PETT': 'Asia/Kamchatka',
  'PGT/PGT': 'Pacific/Port_Moresby',
  'PHOT/PHOT': 'Pacific/Enderbury',
  'PKT/PKT': 'Asia/Karachi',
  'PMST/PMDT': 'America/Miquelon',
  'PONT/PONT': 'Pacific/Pohnpei Pacific/Ponape',
  'PST/PDT': 'SystemV/PST8PDT',
  'PST/PST': 'Asia/Manila Pacific/Pitcairn SystemV/PST8',
  'PWT/PWT': 'Pacific/Palau',
  'PYST/PYT': 'America/Asuncion',
  'QOST/QOST': 'Asia/Qostanay',
  'QYZT/QYZT': 'Asia/Qyzylorda',
  'RET/RET': 'Indian/Reunion',
  'ROTT/ROTT': 'Antarctica/Rothera',
  'SAKT/SAKT': 'Asia/Sakhalin',
  'SAMT/SAMT': 'Europe/Samara',
  'SAST/SAST': 'Africa/Johannesburg Africa/Maseru Africa/Mbabane',
  'SBT/SBT': 'Pacific/Guadalcanal',
  'SCT/SCT': 'Indian/Mahe',
  'SGT/SGT': 'Asia/Singapore Singapore',
  'SRET/SRET': 'Asia/Srednekolymsk',
  'SRT/SRT': 'America/Paramaribo',
  'SST/SST': 'Pacific/Midway Pacific/Pago_Pago Pacific/Samoa US/Samoa',
  'SYOT/SYOT': 'Antarctica/Syowa',
  'TAHT/TAHT': 'Pacific/Tahiti',
  'TFT/TFT': 'Indian/Kerguelen',
  'TJT/TJT': 'Asia/Dushanbe',
  'TKT/TKT': 'Pacific/Fakaofo',
  'TLT/TLT': 'Asia/Dili',
  'TMT/TMT': 'Asia/Ashgabat Asia/Ashkhabad',
  'TOT/TOT': 'Pacific/Tongatapu',
  'TRT/TRT': 'Asia/Istanbul Europe/Istanbul Turkey',
  'TVT/TVT': 'Pacific/Funafuti',
  'ULAT/ULAT': 'Asia/Ulaanbaatar Asia/Ulan_Bator',
  'UYT/UYT': 'America/Montevideo',
  'UZT/UZT': 'Asia/Samarkand Asia/Tashkent',
  'VET/VET': 'America/Caracas',
  'VLAT/VLAT': 'Asia/Ust-Nera Asia/Vladivostok',
  'VOST/VOST': 'Antarctica/Vostok',
  'VUT/VUT': 'Pacific/Efate',
  'WAKT/WAKT': 'Pacific/Wake',
  'WAT/WAT':
    'Africa/Bangui Africa/Brazzaville Africa/Douala Africa/Kinshasa Africa/Lagos Africa/Libreville ' +
    'Africa/Luanda Africa/Malabo Africa/Ndjamena Africa/Niamey Africa/Porto-Novo Africa/Windhoek',
  'WEST/WEST': 'Africa/Casablanca Africa/El_Aaiun',
  'WET/WEST': 'Atlantic/Canary Atlantic/Faeroe Atlantic/Faroe Atlantic/Madeira Europe/Lisbon Portugal WET',
  'WFT/WFT': 'Pacific/Wallis',
  'WGT/WGST': 'America/Godthab America/Nuuk',
  'WIB/WIB': 'Asia/Jakarta Asia/Pontianak',
  'WIT/WIT': 'Asia/Jayapura',
  'WITA/WITA': 'Asia/Makassar Asia/Ujung_Pandang',
  'WSDT/WSST': 'Pacific/Apia',
  'XJT/XJT': 'Asia/Kashgar Asia/Urumqi',
  'YAKT/YAKT': 'Asia/Chita Asia/Khandyga Asia/Yakutsk',
  'YEKT/YEKT': 'Asia/Yekaterinburg',
};

const namesOfRegion = new Map(
  Object.entries(REGIONS).flatMap(([names, regions]) =>
    regions.split(' ').map((region) => [region, names.split('/') as [string, string]] as const),
  ),
);

/** Java's short names of a region: in January, in July. */
export function shortNamesOf(region: string): readonly [january: string, july: string] | undefined {
  return namesOfRegion.get(region);
}

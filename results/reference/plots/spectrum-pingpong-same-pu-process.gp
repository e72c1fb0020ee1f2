# Percentile spectrum of single rounds, pingpong, same-pu, process
# Drawn from spectrum-pingpong-same-pu-process.dat; "gnuplot spectrum-pingpong-same-pu-process.gp" in this folder draws it again.
reset session
set encoding utf8
do for [terminal in "pdf svg"] {
	reset
	set minussign
	if (terminal eq "pdf") {
		set terminal pdfcairo size 6.90in,2.45in \
			font 'Liberation Sans,8' noenhanced linewidth 0.8 \
			fontscale 0.75 dashlength 0.6
	} else {
		set terminal svg size 497,176 dynamic name 'spectrum_pingpong_same_pu_process' \
			font 'Liberation Sans,8' noenhanced linewidth 0.6 \
			dashlength 0.6
	}
	set output 'spectrum-pingpong-same-pu-process.'.terminal
	set border 3 linecolor '#333333' linewidth 1
	set tics nomirror out scale 0.5
	set grid linecolor '#d9d9d9' linewidth 0.6 linetype 1
	set pointsize 0.55
	# SVG has taller lines; what does not fit would be left out.
	set key Left reverse samplen 1.6 font ',7' \
		spacing (terminal eq "svg" ? 0.85 : 1.05)
	set multiplot layout 1,3 margins screen 0.099,0.840,0.212,0.910 spacing screen 0.017,0.245
	set logscale xy
	set xrange [1:11000]
	set yrange [3198.67:614812]
	set xtics ('' 1, '50' 2, '90' 10, '99' 100, '99.9' 1000, '99.99' 10000)
	set key at screen 0.847,0.97 left top maxrows 7
	set label 1 '64 B' at graph 0.5,1.04 center font ',8'
	set ytics ('10 µs' 10000, '30 µs' 30000, '100 µs' 100000, '300 µs' 300000)
	set xlabel 'percentile' offset 0,0.4
	set ylabel 'round trip' offset 0.5,0
	plot 'spectrum-pingpong-same-pu-process.dat' index 0 using 1:2 with lines linecolor rgb '#0072B2' dashtype 1 linewidth 1.6 notitle, \
		'spectrum-pingpong-same-pu-process.dat' index 1 using 1:2 with lines linecolor rgb '#D55E00' dashtype 1 linewidth 1.6 notitle, \
		'spectrum-pingpong-same-pu-process.dat' index 2 using 1:2 with lines linecolor rgb '#009E73' dashtype 1 linewidth 1.6 notitle, \
		'spectrum-pingpong-same-pu-process.dat' index 3 using 1:2 with lines linecolor rgb '#CC79A7' dashtype 1 linewidth 1.6 notitle, \
		'spectrum-pingpong-same-pu-process.dat' index 4 using 1:2 with lines linecolor rgb '#E69F00' dashtype 1 linewidth 1.6 notitle, \
		'spectrum-pingpong-same-pu-process.dat' index 5 using 1:2 with lines linecolor rgb '#56B4E9' dashtype 1 linewidth 1.6 notitle, \
		'spectrum-pingpong-same-pu-process.dat' index 6 using 1:2 with lines linecolor rgb '#000000' dashtype 1 linewidth 1.6 notitle, \
		keyentry with lines linecolor rgb '#0072B2' dashtype 1 linewidth 1.6 title 'pipe', \
		keyentry with lines linecolor rgb '#D55E00' dashtype 1 linewidth 1.6 title 'unix-stream', \
		keyentry with lines linecolor rgb '#009E73' dashtype 1 linewidth 1.6 title 'unix-seqpacket', \
		keyentry with lines linecolor rgb '#CC79A7' dashtype 1 linewidth 1.6 title 'tcp', \
		keyentry with lines linecolor rgb '#E69F00' dashtype 1 linewidth 1.6 title 'sysv-msg', \
		keyentry with lines linecolor rgb '#56B4E9' dashtype 1 linewidth 1.6 title 'ring', \
		keyentry with lines linecolor rgb '#000000' dashtype 1 linewidth 1.6 title 'pageswap'
	unset key
	set label 1 '4 KiB' at graph 0.5,1.04 center font ',8'
	set ytics ('' 10000, '' 30000, '' 100000, '' 300000)
	set xlabel 'percentile' offset 0,0.4
	unset ylabel
	plot 'spectrum-pingpong-same-pu-process.dat' index 7 using 1:2 with lines linecolor rgb '#0072B2' dashtype 1 linewidth 1.6 notitle, \
		'spectrum-pingpong-same-pu-process.dat' index 8 using 1:2 with lines linecolor rgb '#D55E00' dashtype 1 linewidth 1.6 notitle, \
		'spectrum-pingpong-same-pu-process.dat' index 9 using 1:2 with lines linecolor rgb '#009E73' dashtype 1 linewidth 1.6 notitle, \
		'spectrum-pingpong-same-pu-process.dat' index 10 using 1:2 with lines linecolor rgb '#CC79A7' dashtype 1 linewidth 1.6 notitle, \
		'spectrum-pingpong-same-pu-process.dat' index 11 using 1:2 with lines linecolor rgb '#E69F00' dashtype 1 linewidth 1.6 notitle, \
		'spectrum-pingpong-same-pu-process.dat' index 12 using 1:2 with lines linecolor rgb '#56B4E9' dashtype 1 linewidth 1.6 notitle, \
		'spectrum-pingpong-same-pu-process.dat' index 13 using 1:2 with lines linecolor rgb '#000000' dashtype 1 linewidth 1.6 notitle

	set label 1 '64 KiB' at graph 0.5,1.04 center font ',8'
	set ytics ('' 10000, '' 30000, '' 100000, '' 300000)
	set xlabel 'percentile' offset 0,0.4
	unset ylabel
	plot 'spectrum-pingpong-same-pu-process.dat' index 14 using 1:2 with lines linecolor rgb '#0072B2' dashtype 1 linewidth 1.6 notitle, \
		'spectrum-pingpong-same-pu-process.dat' index 15 using 1:2 with lines linecolor rgb '#D55E00' dashtype 1 linewidth 1.6 notitle, \
		'spectrum-pingpong-same-pu-process.dat' index 16 using 1:2 with lines linecolor rgb '#009E73' dashtype 1 linewidth 1.6 notitle, \
		'spectrum-pingpong-same-pu-process.dat' index 17 using 1:2 with lines linecolor rgb '#CC79A7' dashtype 1 linewidth 1.6 notitle, \
		'spectrum-pingpong-same-pu-process.dat' index 18 using 1:2 with lines linecolor rgb '#56B4E9' dashtype 1 linewidth 1.6 notitle, \
		'spectrum-pingpong-same-pu-process.dat' index 19 using 1:2 with lines linecolor rgb '#000000' dashtype 1 linewidth 1.6 notitle

	unset multiplot
	unset output
}
